/** Releases as plain data: what a version says of itself, which one a person means, how they are shown. */
import { describe, expect, test } from 'vitest';
import { changedVariables } from '../../cli/releases/environment.ts';
import { findRelease } from '../../cli/releases/find.ts';
import { describeRelease, type Release, toRelease } from '../../cli/releases/release.ts';
import { renderReleases } from '../../cli/releases/render.ts';

const published = Date.UTC(2026, 10, 26, 10);

function release(version: string, changes: Partial<Release> = {}): Release {
  const commit = { commit: `${version}a1b2c3`, author: 'Ada', message: `release ${version}` };
  const code = { size: 41_000, sha256: 'x', architecture: 'x86_64' } as const;
  return { version, stage: 'staging', ...commit, created: published, ...code, live: [], ...changes };
}

describe('a version becomes a release', () => {
  const config = {
    Version: '7',
    CodeSize: 41_000,
    CodeSha256: 'abc=',
    LastModified: '2026-11-26T10:00:00.000+0000',
    Description: '9f8e7d6 fix pets',
    Environment: { Variables: { UP_STAGE: 'staging', UP_COMMIT: '9f8e7d6', UP_AUTHOR: 'Ada' } },
  };

  test('with what up wrote into it', () => {
    expect(toRelease(config)).toEqual({
      version: '7',
      stage: 'staging',
      commit: '9f8e7d6',
      author: 'Ada',
      message: 'fix pets',
      created: published,
      size: 41_000,
      sha256: 'abc=',
      architecture: 'x86_64',
      live: [],
    });
  });

  test('with the stages whose users get it, and their shares', () => {
    const aliases = [
      { Name: 'staging', FunctionVersion: '7' },
      { Name: 'production', FunctionVersion: '6', RoutingConfig: { AdditionalVersionWeights: { 7: 0.1 } } },
      { Name: 'preview', FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { 8: 0.3 } } },
      { Name: 'other', FunctionVersion: '6' },
    ];
    expect(toRelease(config, aliases).live).toEqual([
      { stage: 'staging', share: 1 },
      { stage: 'production', share: 0.1 },
      { stage: 'preview', share: 0.7 },
    ]);
  });

  test('also when somebody else published it', () => {
    const theirs = { Version: '7', Description: 'by hand' };
    expect(toRelease(theirs)).toMatchObject({ stage: '', commit: '', author: '', message: 'by hand', created: 0 });
  });

  test('that fits a line, whatever the commit says', () => {
    expect(describeRelease(toRelease(config))).toBe('v7  9f8e7d6 "fix pets"');
    expect(describeRelease(release('7', { commit: '' }))).toBe('v7');
    const long = describeRelease(release('7', { message: `red \u001b[31m${'very '.repeat(20)}` }));
    expect(long).toBe('v7  7a1b2c3 "red [31mvery very very very…"');
  });
});

describe('a release is found', () => {
  const hash = 'deadbeef'.repeat(5);
  const releases = [
    release('9', { stage: 'production', commit: 'cafe123' }),
    release('8', { commit: 'deadbee' }),
    release('6', { commit: 'deadbee' }),
    release('5', { commit: 'dead111' }),
    release('4', { commit: '1234567' }),
  ];
  const find = (text: string, known: string | null = null) =>
    findRelease(releases, { text, stage: 'staging', hash: known }).version;

  test.each<[title: string, text: string, hash: string | null, version: string]>([
    ['by its number', '5', null, '5'],
    ['by its number with a v', 'v5', null, '5'],
    ['by its commit, the newest first', 'deadbee', null, '8'],
    ['by the beginning of its commit', 'deadb', null, '8'],
    ['by the whole hash', hash, null, '8'],
    ['by a commit that is all digits', '1234567', null, '4'],
    ['by a tag that git knows', 'v1.2.0', hash, '8'],
    ['by its number before a tag of that name', 'v5', hash, '5'],
    ['by a tag that looks like a version that never was', 'v2026', hash, '8'],
  ])('%s', (_title, text, known, version) => {
    expect(find(text, known)).toBe(version);
  });

  test.each<[title: string, text: string, message: string]>([
    ['one that was removed', 'v7', 'v7 is not there any more: it has been removed'],
    ['one that never was', 'v99', 'No release of staging is called "v99"'],
    ['a name that nobody knows', 'nobody', 'No release of staging is called "nobody"'],
    ['the beginning of two commits', 'dead', '"dead" is the beginning of 2 commits'],
    ['the middle of a commit', 'adbe', 'No release of staging is called "adbe"'],
    ['a commit with something behind it', 'deadbee-dirty', 'No release of staging is called "deadbee-dirty"'],
    ['what ends in a number', 'rev5', 'No release of staging is called "rev5"'],
    ['too little of a commit', 'de', 'No release of staging is called "de"'],
    ['a commit of another stage', 'cafe123', 'No release of staging is called "cafe123"'],
    ['one of another stage, whose environment it carries', 'v9', 'v9 is no release of staging, but of production'],
  ])('but not %s', (_title, text, message) => {
    expect(() => find(text)).toThrow(expect.objectContaining({ code: 'UP_RELEASE_NOT_FOUND', message }));
  });

  test('and what is there is named when it is not', () => {
    expect(() => find('v7')).toThrow(expect.objectContaining({ evidence: 'There is   v8, v6, v5, v4' }));
  });
});

describe('variables that differ', () => {
  const of = (Variables: Record<string, string>) => ({ Environment: { Variables } });

  test.each<[title: string, before: object, after: object, names: string[]]>([
    ['are those with another value', of({ AA: '1', BB: '2' }), of({ AA: '1', BB: '3' }), ['BB']],
    ['are those that come or go', of({ AA: '1' }), of({ BB: '1' }), ['AA', 'BB']],
    ['are none of those up sets itself', of({ UP_COMMIT: 'a' }), of({ UP_COMMIT: 'b', UP_STAGE: 'x' }), []],
    ['are none without an environment', {}, {}, []],
  ])('%s', (_title, before, after, names) => {
    expect(changedVariables(before, after)).toEqual(names);
  });
});

describe('the list', () => {
  test('has one line for each release, columns aligned', () => {
    const releases = [
      release('10', { live: [{ stage: 'staging', share: 0.1 }], size: 1_200 }),
      release('9', { live: [{ stage: 'staging', share: 0.9 }], author: 'Augusta Ada King', created: published - 4e6 }),
      release('8', { stage: 'production', live: [{ stage: 'production', share: 1 }], message: 'm'.repeat(99) }),
    ];
    expect(renderReleases(releases, published + 180_000, 200)).toMatchInlineSnapshot(`
      "  v10  staging     live 10 %  10a1b2c3  3 min  1.2 kB  Ada         release 10
        v9   staging     live 90 %  9a1b2c3   1 h    41 kB   Augusta A…  release 9
        v8   production  live       8a1b2c3   3 min  41 kB   Ada         mmmmmmmmmmmm…"
    `);
  });

  test('has no column for what none of them has', () => {
    const bare = release('1', { stage: '', commit: '', author: '', message: '', created: 0 });
    expect(renderReleases([bare], published, 80)).toBe('  v1  41 kB');
  });
});
