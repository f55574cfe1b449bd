/** Which release a person means: `7`, `v7`, the beginning of a commit, or what git makes of a tag. Pure. */
import { UpError } from '../errors.ts';
import type { Release } from './release.ts';

export interface Wanted {
  /** As it was typed. */
  readonly text: string;
  readonly stage: string;
  /** The full hash of the commit that git knows under this name; null when it knows none. */
  readonly hash: string | null;
}

const shortestHash = 4;

/** `releases` is newest first. Throws UP_RELEASE_NOT_FOUND. */
export function findRelease(releases: readonly Release[], wanted: Wanted): Release {
  const { text, stage } = wanted;
  const number = /^v?(\d+)$/.exec(text)?.[1];
  const numbered = releases.find(({ version }) => version === number);
  if (numbered && numbered.stage !== stage) throw otherStage(numbered, stage);
  const found = numbered ?? findByCommit(releases, wanted);
  if (found) return found;
  if (number !== undefined && Number(number) < Number(releases[0]?.version ?? 0)) {
    throw notFound(`v${number} is not there any more: it has been removed`, releases, stage);
  }
  throw notFound(`No release of ${stage} is called "${text}"`, releases, stage);
}

/** The newest of the stage that was made of this commit. */
function findByCommit(releases: readonly Release[], { text, stage, hash }: Wanted): Release | undefined {
  const own = releases.filter((release) => release.stage === stage && release.commit.length >= shortestHash);
  const named = own.filter(({ commit }) => isHash(text) && (commit.startsWith(text) || text.startsWith(commit)));
  const commits = [...new Set(named.map(({ commit }) => commit))];
  if (commits.length > 1) {
    throw notFound(`"${text}" is the beginning of ${commits.length} commits`, named, stage);
  }
  return named[0] ?? own.find(({ commit }) => hash?.startsWith(commit));
}

function isHash(text: string): boolean {
  return text.length >= shortestHash && /^[0-9a-f]+$/.test(text);
}

function otherStage({ version, stage: own }: Release, stage: string): UpError {
  return new UpError('UP_RELEASE_NOT_FOUND', `v${version} is no release of ${stage}, but of ${own || 'none'}`, {
    evidence: `It carries the environment of ${own || 'no stage'}.`,
    ...(own && { hint: `up promote ${own} ${stage}` }),
  });
}

export function notFound(message: string, releases: readonly Release[], stage: string): UpError {
  const there = releases.filter((release) => release.stage === stage).map(({ version }) => `v${version}`);
  const command = `up releases ${stage}`;
  return new UpError('UP_RELEASE_NOT_FOUND', message, {
    evidence: `There is   ${there.slice(0, 10).join(', ') || 'none'}${there.length > 10 ? ', …' : ''}`,
    hint: command,
    next: [command],
  });
}
