/** What a prune takes and why, by the list of what is there. */
import { describe, expect, test } from 'vitest';
import type { Item } from '../../cli/stack/item.ts';
import { type PruneRules, selectPrune } from '../../cli/stack/select-prune.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 26);

function item(type: Item['type'], name: string, stage: string | null, more: Partial<Item> = {}): Item {
  return { type, name, stage, id: name, arn: '', state: '', ours: true, ...more };
}

function version(number: number, stage: string, daysOld = 0): Item {
  return item('version', String(number), stage, { created: now - daysOld * dayMs, sha256: `sha-${number}` });
}

const alias = (stage: string, ...uses: string[]) => item('alias', stage, stage, { uses });

const byDefault: PruneRules = { previews: [], olderThan: 7 * dayMs, retain: 10, now, frontOf: () => 'http_api' };

/** `name: why` of each. */
function pruned(items: readonly Item[], rules: Partial<PruneRules> = {}): string[] {
  return selectPrune(items, { ...byDefault, ...rules }).map(({ item: { name }, why }) => `${name}: ${why}`);
}

test('a parameter that was removed goes with the last version that reads it; one in use never does', () => {
  const parameter = (name: string, more: Partial<Item> = {}) => item('parameter', name, 'staging', more);
  const reading = (number: number, ...reads: string[]) => ({ ...version(number, 'staging'), reads });
  const items = [
    alias('staging', '3'),
    ...[reading(1, 'OLD', 'OLDER'), reading(2, 'OLD'), reading(3, 'KEY')],
    item('function', 'shop', null, { reads: ['KEY'] }),
    ...['OLD', 'OLDER'].map((name) => parameter(name, { isRetired: true })),
    ...['KEY', 'UNUSED'].map((name) => parameter(name)),
  ];
  expect(pruned(items)).toEqual([]);
  const why = 'removed, and no version reads it';
  expect(pruned(items, { retain: 2 })).toEqual(['1: old version', `OLDER: ${why}`]);
  expect(pruned(items, { retain: 1 })).toEqual(['1: old version', '2: old version', `OLD: ${why}`, `OLDER: ${why}`]);
});

describe('previews', () => {
  const staging = [alias('staging', '1'), version(1, 'staging', 30), version(99, 'staging')];
  const preview = (name: string, number: number, daysOld: number) => [
    item('http api', `shop-${name}`, name),
    item('permission', `up-${name}-api`, name),
    alias(name, String(number)),
    version(number, name, daysOld),
  ];
  const all = [...staging, ...preview('preview-old', 2, 9), ...preview('preview-new', 3, 1)];

  test('go when they were deployed long ago, with their URL and versions', () => {
    const why = 'preview, 9 days old';
    expect(pruned(all)).toEqual([
      `shop-preview-old: ${why}`,
      `up-preview-old-api: ${why}`,
      `preview-old: ${why}`,
      `2: ${why}`,
    ]);
  });

  test('go at any age that is asked for', () => {
    expect(pruned(all, { olderThan: dayMs })).toHaveLength(8);
    expect(pruned(all, { olderThan: 10 * dayMs })).toEqual([]);
  });

  test('go by name whatever their age, and nothing else goes', () => {
    expect(pruned(all, { previews: ['preview-new'] }).map((line) => line.split(':')[0])).toEqual([
      'shop-preview-new',
      'up-preview-new-api',
      'preview-new',
      '3',
    ]);
  });

  test('stages of up.json never do', () => {
    expect(pruned(staging, { olderThan: 0 })).toEqual([]);
  });
});

describe('versions', () => {
  const many = Array.from({ length: 8 }, (_, index) => version(index + 1, 'staging'));

  test('go when there are more than are retained, the oldest ones', () => {
    expect(pruned([alias('staging', '8'), ...many], { retain: 3 })).toEqual([
      '1: old version',
      '2: old version',
      '3: old version',
      '4: old version',
      '5: old version',
    ]);
  });

  test('stay when a stage is at one, sends a canary there or came from it', () => {
    const aliases = [alias('staging', '2', '3'), alias('production', '4', '1')];
    expect(pruned([...aliases, ...many], { retain: 0 })).toEqual([
      '5: old version',
      '6: old version',
      '7: old version',
    ]);
  });

  test('are counted by stage', () => {
    const mixed = [version(1, 'staging'), version(2, 'production'), version(3, 'staging'), version(4, 'production')];
    const aliases = [alias('staging', '3'), alias('production', '4')];
    expect(pruned([...aliases, ...mixed], { retain: 1 })).toEqual(['1: old version', '2: old version']);
  });

  test('go with their stage, but the newest, which a deploy may just have published', () => {
    const left = [alias('staging', '1'), version(1, 'staging'), version(2, 'gone'), version(3, 'new')];
    expect(pruned(left)).toEqual(['2: its stage is gone']);
  });
});

describe('leftovers', () => {
  const live = [alias('staging', '1'), version(1, 'staging')];

  test.each<[title: string, left: Item, rules: Partial<PruneRules>, why: string]>([
    ['an API whose stage is gone', item('http api', 'shop-canary', 'canary'), {}, 'its stage is gone'],
    ['an API that names no stage', item('http api', 'shop', null), {}, 'its stage is gone'],
    [
      'an API beside the Function URL that took its place',
      item('http api', 'shop-staging', 'staging'),
      { frontOf: () => 'function_url' },
      'staging has another URL now',
    ],
    [
      'who was let in by it',
      item('permission', 'up-staging-api', 'staging'),
      { frontOf: () => 'function_url' },
      'staging has another URL now',
    ],
    ['a Function URL beside an API', item('function url', 'staging', 'staging'), {}, 'staging has another URL now'],
    [
      'a package in the bucket that no version was made from',
      item('artifact', 'shop/x.zip', null, { sha256: 'sha-x' }),
      {},
      'no version uses it',
    ],
  ])('go: %s', (_title, left, rules, why) => {
    expect(pruned([...live, left], rules)).toEqual([`${left.name}: ${why}`]);
  });

  test('stay where up.json does not know the stage: it may be of another branch', () => {
    expect(pruned([...live, item('http api', 'shop-staging', 'staging')], { frontOf: () => undefined })).toEqual([]);
  });

  test('a package that a version or $LATEST was made from stays', () => {
    const packages = [1, 2].map((number) => item('artifact', `${number}.zip`, null, { sha256: `sha-${number}` }));
    expect(pruned([...live, item('function', 'shop', null, { sha256: 'sha-2' }), ...packages])).toEqual([]);
  });

  test('what is not ours stays', () => {
    expect(pruned([item('http api', 'shop-x', 'x', { ours: false })])).toEqual([]);
  });
});
