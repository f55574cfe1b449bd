import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

test('GetCallerIdentity names the account of the local platform', async () => {
  const { Account, Arn, UserId } = await platform.sts.send(new GetCallerIdentityCommand({}));
  expect(Account).toBe('000000000000');
  expect(Arn).toBe('arn:aws:iam::000000000000:user/local');
  expect(UserId).toBeTruthy();
});
