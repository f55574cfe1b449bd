/** Which release a version is: asked of Lambda once it matters, and again for a version that was not there then. */
import type { Session } from '../aws/session.ts';
import { UpError } from '../errors.ts';
import type { Release } from '../releases/release.ts';

export interface ReleaseIndex {
  /** Null for a version nobody knows, or when asking is not allowed: logs are shown all the same. */
  find(version: string): Promise<Release | null>;
  /** All there are now, none of an app that is not deployed; null when asking is not allowed. */
  all(): Promise<readonly Release[] | null>;
}

/** After a question that came to nothing, in milliseconds: a network that is back is soon noticed, a log of thousands of lines asks once. */
const pause = 10_000;

/** `now`: milliseconds. */
export function createReleaseIndex(
  { client: settings }: Pick<Session, 'client'>,
  app: string,
  now: () => number = Date.now,
): ReleaseIndex {
  const unknown = new Set<string>();
  let releases: readonly Release[] = [];
  let failedAt = Number.NEGATIVE_INFINITY;

  async function all(): Promise<readonly Release[] | null> {
    const [{ LambdaClient }, { readReleases }] = await Promise.all([
      import('@aws-sdk/client-lambda'),
      import('../releases/read.ts'),
    ]);
    return readReleases(new LambdaClient(settings), app).catch((error: unknown) =>
      // A failure here must not keep the log from being shown.
      error instanceof UpError && error.code === 'UP_NOT_DEPLOYED' ? [] : null,
    );
  }

  return {
    async find(version) {
      const known = releases.find((release) => release.version === version);
      if (known || unknown.has(version) || now() - failedAt < pause) return known ?? null;
      const read = await all();
      if (read === null) {
        failedAt = now();
        return null;
      }
      releases = read;
      const found = releases.find((release) => release.version === version) ?? null;
      if (!found) unknown.add(version);
      return found;
    },
    all,
  };
}
