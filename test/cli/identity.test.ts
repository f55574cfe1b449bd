/** Credentials that cannot be used are told from all else that goes wrong, before any call is made. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readIdentity } from '../../cli/aws/identity.ts';
import { createSession } from '../../cli/aws/session.ts';

const nowhere = 'http://127.0.0.1:9';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'up-identity-'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_ENDPOINT_URL', nowhere);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function read(profile?: string) {
  const config = { regions: ['us-east-1'] };
  return readIdentity(createSession({ env: {}, region: undefined, profile, config, localUrl: undefined }));
}

test.each([
  ['AWS_ACCESS_KEY_ID', 'AKIA 1', 'The access key of AWS holds'],
  ['AWS_SECRET_ACCESS_KEY', 'secret\n', 'The secret key of AWS holds'],
  ['AWS_SESSION_TOKEN', 'to\nken', 'The session token of AWS holds'],
])('%s with what no key has is refused by its name, and not shown', async (name, value, message) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv(name, value);
  const error = await read().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'UP_AUTH_EXPIRED', exit: 3 });
  expect(error.message).toContain(message);
  expect(JSON.stringify(error)).not.toContain(value.trim());
});

test('a profile that names an SSO session which is nowhere is no bug of up', async () => {
  writeFileSync(
    join(folder, 'config'),
    '[profile ada]\nsso_session = work\nsso_account_id = 000000000000\nsso_role_name = dev\n',
  );
  expect(await read('ada').catch((thrown) => thrown)).toMatchObject({ code: 'UP_AUTH_MISSING', exit: 3 });
});
