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

/** A function whose proxy answers with the error, and whose app has printed `lines`. */
function failing(error: string, lines: readonly string[] = []): Pick<Clients, 'lambda'> {
  const body = JSON.stringify({ error, code: 'UP_APP_NOT_LISTENING' });
  const Payload = Buffer.from(JSON.stringify({ statusCode: 504, body }));
  const LogResult = Buffer.from(lines.join('\n')).toString('base64');
  return { lambda: { send: async () => ({ Payload, LogResult }) } } as unknown as Pick<Clients, 'lambda'>;
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

test.each([
  ['Lambda', '/var/task'],
  ['a local platform', `/home/ada/shop/.up/local/code/${'0a'.repeat(32)}`],
])('its files are called what they are called in the project: %s', async (_title, folder) => {
  const printed = [
    `Error: Cannot find module '${folder}/lib/pay.js'`,
    `    at create (${folder}/src/pets.js:14:22)`,
    `    at file://${folder}/app.mjs:3:1`,
  ];
  const { evidence } = await verifyVersion(failing('the app exited', printed), candidate).catch((error) => error);
  expect(evidence.split('\n').slice(0, 3)).toEqual([
    "Error: Cannot find module './lib/pay.js'",
    '    at create (src/pets.js:14:22)',
    '    at app.mjs:3:1',
  ]);
});
