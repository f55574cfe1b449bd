/** What is said of a published version that does not answer. */
import { expect, test } from 'vitest';
import type { Clients } from '../../cli/aws/clients.ts';
import { verifyVersion } from '../../cli/aws/verify.ts';

const candidate = {
  app: 'shop',
  stage: 'staging',
  version: '2',
  timeout: 15,
  live: '1',
  hint: 'fix the app',
  next: ['up start'],
};

/** A function whose proxy answers with the error. */
function failing(error: string): Pick<Clients, 'lambda'> {
  const body = JSON.stringify({ error, code: 'UP_APP_NOT_LISTENING' });
  const Payload = Buffer.from(JSON.stringify({ statusCode: 504, body }));
  return { lambda: { send: async () => ({ Payload }) } } as unknown as Pick<Clients, 'lambda'>;
}

test('one that was still starting may wait longer', async () => {
  await expect(verifyVersion(failing('the app did not listen on PORT within 15 s'), candidate)).rejects.toMatchObject({
    code: 'UP_VERIFY_FAILED',
    hint: expect.stringContaining('{"proxy": {"listen_timeout": 30}}'),
  });
});

test('one that failed in another way is to be fixed', async () => {
  await expect(verifyVersion(failing('the app exited with code 1'), candidate)).rejects.toMatchObject({
    code: 'UP_VERIFY_FAILED',
    hint: 'fix the app',
  });
});
