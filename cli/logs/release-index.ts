/** Which release a version is: asked of Lambda once it matters, and again for a version that was not there then. */
import type { Session } from '../aws/session.ts';
import type { Release } from '../releases/release.ts';

export interface ReleaseIndex {
  /** Null for a version nobody knows, or when asking is not allowed: logs are shown all the same. */
  find(version: string): Promise<Release | null>;
}

export function createReleaseIndex({ client: settings }: Pick<Session, 'client'>, app: string): ReleaseIndex {
  const unknown = new Set<string>();
  let releases: readonly Release[] = [];

  async function load(): Promise<readonly Release[]> {
    const [{ LambdaClient }, { readReleases }] = await Promise.all([
      import('@aws-sdk/client-lambda'),
      import('../releases/read.ts'),
    ]);
    // What it says of a log is worth less than the log.
    return readReleases(new LambdaClient(settings), app).catch(() => []);
  }

  return {
    async find(version) {
      const known = releases.find((release) => release.version === version);
      if (known || unknown.has(version)) return known ?? null;
      releases = await load();
      const found = releases.find((release) => release.version === version) ?? null;
      if (!found) unknown.add(version);
      return found;
    },
  };
}
