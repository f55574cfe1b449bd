/** Which release a version is, for a log that is followed: asked of Lambda once, and again after a question that failed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../cli/aws/session.ts';
import { createReleaseIndex } from '../../cli/logs/release-index.ts';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const nobody = 'http://127.0.0.1:1';

let platform: Platform;
/** Where the client asks. */
let endpoint: string;
let now: number;
beforeEach(async () => {
  platform = await startPlatform();
  endpoint = platform.url;
  now = 0;
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 1);
});
afterEach(() => platform.stop());

function createIndex() {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = {
    get endpoint() {
      return endpoint;
    },
    ...{ region: 'us-east-1', credentials, maxAttempts: 1 },
  };
  return createReleaseIndex({ client } as unknown as Pick<Session, 'client'>, 'app', () => now);
}

const questions = () => platform.calls.filter((call) => call === 'lambda ListVersionsByFunction').length;

test('a version is asked for once, whether it exists or not', async () => {
  const index = createIndex();
  expect(await index.find('1')).toMatchObject({ version: '1' });
  expect(await index.find('1')).toMatchObject({ version: '1' });
  expect(await index.find('9')).toBeNull();
  expect(await index.find('9')).toBeNull();
  expect(questions()).toBe(2);
});

test('a question that failed is asked again after a while, not with every line', async () => {
  const index = createIndex();
  endpoint = nobody;
  expect(await index.find('1')).toBeNull();
  endpoint = platform.url;
  now = 9_999;
  expect(await index.find('1')).toBeNull();
  expect(questions()).toBe(0);
  now = 10_000;
  expect(await index.find('1')).toMatchObject({ version: '1' });
});
