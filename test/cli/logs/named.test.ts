/** What `up logs` says when a flag names what is not there. */
import { describe, expect, test } from 'vitest';
import { explainNothing, type Named, requireStage } from '../../../cli/logs/named.ts';
import type { Release } from '../../../cli/releases/release.ts';
import { parseConfig } from '../../../config/index.ts';

const { config } = parseConfig('{"name": "shop", "stages": {"beta": {}}}', { file: 'up.json', fallbackName: 'shop' });
const project = { dir: '.', config, warnings: [], hasFile: true };

const release = (version: string, stage: string, commit: string): Release => ({
  ...{ version, stage, commit, author: '', message: '', created: 0, size: 0, sha256: '', architecture: 'x86_64' },
  live: [],
});
const there = [
  release('2', 'beta', 'cafe123'),
  { ...release('1', 'staging', ''), live: [{ stage: 'pr-7', share: 1 }] },
];

function named(settings: Named['settings'], releases: readonly Release[] | null = there): Named {
  return { project, settings, local: true, releases: { all: async () => releases } };
}

describe('nothing was shown', () => {
  test.each<[title: string, settings: Named['settings'], code: string]>([
    ['of a stage that is in no up.json', { stage: 'nosuch' }, 'UP_STAGE_UNKNOWN'],
    ['of the stage that `up start` runs', { stage: 'development' }, 'UP_STAGE_LOCAL'],
    ['of a stage before its first deploy', { stage: 'production' }, 'UP_NOT_DEPLOYED'],
    ['of a version that never was', { release: 'v99' }, 'UP_RELEASE_NOT_FOUND'],
    ['of a commit that never was', { release: 'beef' }, 'UP_RELEASE_NOT_FOUND'],
    ['of a version that another stage has', { stage: 'beta', release: '1' }, 'UP_RELEASE_NOT_FOUND'],
  ])('%s', async (_title, settings, code) => {
    await expect(explainNothing(named(settings))).rejects.toMatchObject({ code });
  });

  test.each<[title: string, settings: Named['settings']]>([
    ['without a flag', {}],
    ['of a stage that is silent', { stage: 'beta' }],
    ['of a preview, which up.json does not name', { stage: 'pr-7' }],
    ['of a version that is silent', { release: 'v2' }],
    ['of a commit that is silent', { stage: 'beta', release: 'cafe' }],
  ])('%s: that is no mistake', async (_title, settings) => {
    await expect(explainNothing(named(settings))).resolves.toBeUndefined();
  });

  test('where nobody may ask, it stays at that', async () => {
    await expect(explainNothing(named({ stage: 'nosuch' }, null))).resolves.toBeUndefined();
  });
});

describe('following', () => {
  test('a stage that will never be is refused', async () => {
    await expect(requireStage(named({ stage: 'nosuch' }))).rejects.toMatchObject({ code: 'UP_STAGE_UNKNOWN' });
    await expect(requireStage(named({ stage: 'development' }))).rejects.toMatchObject({ code: 'UP_STAGE_LOCAL' });
  });

  test('one that may be deployed any moment is waited for', async () => {
    const neverAsked = { all: () => Promise.reject(new Error('no question, no answer')) };
    await expect(requireStage({ ...named({ stage: 'beta' }), releases: neverAsked })).resolves.toBeUndefined();
    await expect(requireStage({ ...named({}), releases: neverAsked })).resolves.toBeUndefined();
    for (const stage of ['beta', 'pr-7']) await expect(requireStage(named({ stage }, there))).resolves.toBeUndefined();
  });
});
