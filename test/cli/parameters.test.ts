/** What `up env ls` lists: a secret is not to be forgotten because its stage has left up.json. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listParameters, putParameter } from '../../cli/aws/resources/parameter.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  for (const [app, scope] of [
    ['shop', 'all'],
    ['shop', 'gone'],
    ['shop', 'staging'],
    ['shop-two', 'staging'],
  ] as const)
    await putParameter(platform, app, { scope, name: 'KEY', value: scope, kind: 'secret' });
});
afterEach(() => platform.stop());

const scopesIn = async (scopes: readonly string[] | null) =>
  (await listParameters(platform, 'shop', scopes)).map(({ scope }) => scope);

test('those of every stage are listed, whether or not up.json has it, and of no other app', async () => {
  expect(await scopesIn(null)).toEqual(['all', 'gone', 'staging']);
});

test('those of one stage come with those of all', async () => {
  expect(await scopesIn(['all', 'staging'])).toEqual(['all', 'staging']);
});
