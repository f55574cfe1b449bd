/** What a delete takes and what it leaves, by the list of what is there. */
import { describe, expect, test } from 'vitest';
import type { Item } from '../../cli/stack/item.ts';
import { selectDelete } from '../../cli/stack/select-delete.ts';

function item(type: Item['type'], name: string, stage: string | null, more: Partial<Item> = {}): Item {
  return { type, name, stage, id: name, arn: '', state: '', ours: true, ...more };
}

const items = [
  item('http api', 'shop-staging', 'staging'),
  item('permission', 'up-staging-1', 'staging'),
  item('alias', 'staging', 'staging', { uses: ['3', '1'] }),
  item('version', '1', 'staging'),
  item('version', '2', 'production'),
  item('version', '3', 'staging'),
  item('version', '4', 'staging'),
  item('http api', 'shop-production', 'production'),
  item('alias', 'production', 'production', { uses: ['2', '4'] }),
  item('function', 'shop', null),
  item('log group', '/aws/lambda/shop', null),
  item('role', 'shop-function', null),
];

const names = (some: readonly Item[]) => some.map(({ name }) => name);

describe('of a stage', () => {
  const { remove, keep } = selectDelete(items, { stage: 'staging', retain: [] });

  test('go its URL, its permission, its alias and the versions made for it', () => {
    expect(names(remove)).toEqual(['shop-staging', 'up-staging-1', 'staging', '1', '3']);
  });

  test('a version stays that another stage uses, with all that stages share', () => {
    expect(names(remove)).not.toContain('4');
    expect(keep).toEqual([]);
  });

  test('that does not exist goes nothing', () => {
    expect(selectDelete(items, { stage: 'canary', retain: [] })).toEqual({ remove: [], keep: [] });
  });
});

describe('of the whole app', () => {
  const take = (...retain: Item['type'][]) => selectDelete(items, { stage: null, retain });

  test('goes everything', () => {
    expect(take().remove).toEqual(items);
  });

  test('stays only what is retained', () => {
    const { remove, keep } = take('log group');
    expect(keep.map(({ item: { name } }) => name)).toEqual(['/aws/lambda/shop']);
    expect(remove).toHaveLength(items.length - 1);
  });

  test.each(['function', 'version'] as const)('with a %s in a VPC, the role stays: Lambda needs it', (type) => {
    const inVpc = items.map((one) => (one.type === type ? { ...one, isAttached: true as const } : one));
    const { remove, keep } = selectDelete(inVpc, { stage: null, retain: [] });
    expect(keep).toEqual([{ item: items.at(-1), why: expect.stringMatching(/VPC by it, within some 20 minutes/) }]);
    expect(remove).toHaveLength(items.length - 1);
  });

  test('an alias that is retained keeps its function, the versions it uses and their variables', () => {
    const variable = item('parameter', '/up/shop/all/KEY', null);
    expect(selectDelete([...items, variable], { stage: null, retain: ['alias'] }).remove).not.toContain(variable);
    const { remove, keep } = take('alias');
    expect(keep.map(({ item: { name } }) => name)).toEqual(['staging', '1', '2', '3', '4', 'production', 'shop']);
    expect(names(remove)).toEqual([
      'shop-staging',
      'up-staging-1',
      'shop-production',
      '/aws/lambda/shop',
      'shop-function',
    ]);
  });

  test('a type that is retained and is not there keeps nothing else', () => {
    expect(take('function url').remove).toEqual(items);
  });

  test('what is not ours stays, with the reason', () => {
    const foreign = item('role', 'shop-function', null, { ours: false });
    expect(selectDelete([foreign], { stage: null, retain: [] })).toEqual({
      remove: [],
      keep: [{ item: foreign, why: 'not made by up' }],
    });
  });
});
