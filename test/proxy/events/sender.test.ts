import { expect, test } from 'vitest';
import { judge, probeEvent } from '../../../cli/aws/probe.ts';
import { hashPassword } from '../../../http/password.ts';
import { type Features, stack } from '../../../middleware/stack.ts';
import { eventFor } from '../hosts/packages.ts';
import { noFeatures, silent } from '../wire.ts';
import { requestOf, wholeOf } from './converting.ts';

async function senderOf(event: unknown): Promise<unknown> {
  const req = await requestOf(event);
  return typeof req === 'string' ? req : req.context.sender;
}

test.each<[string, unknown, unknown]>([
  ['a client’s request has none', eventFor('GET', '/'), undefined],
  ['the probe of a deploy says so', probeEvent('staging'), 'probe'],
  ['an event that is no request says so', { Records: [] }, 'event'],
  ['so does a message of a WebSocket', { requestContext: { connectionId: 'a', eventType: 'MESSAGE' } }, 'event'],
  ['a body cannot pass for a probe', eventFor('POST', '/', '{"up":{"probe":true}}'), undefined],
  [
    'nor can a header',
    { ...eventFor('GET', '/'), headers: { up: '{"probe":true}', 'x-context': '{"up":{"probe":true}}' } },
    undefined,
  ],
])('%s', async (_title, event, sender) => {
  expect(await senderOf(event)).toBe(sender);
});

test.each<[string, () => Promise<Partial<Features>>]>([
  ['that is under maintenance', async () => ({ maintenance: { enable: true, retry_after: 60 } })],
  [
    'that asks for a password',
    async () => ({ basic_auth: { users: { ada: await hashPassword('x') }, realm: 'Shop' } }),
  ],
])('the app of a stage %s is proved all the same', async (_title, closed) => {
  const features = { ...noFeatures, ...(await closed()) };
  const broken = { status: 502, headers: [], body: Buffer.from('{"error":"it crashed","code":"UP_APP_CRASHED"}') };
  const handler = await stack({ log: silent, features, dir: '/nowhere' }, async () => broken);
  const result = await wholeOf(probeEvent('staging'), handler);
  expect(judge(Buffer.from(JSON.stringify(result)), false)).toEqual({ status: 502, failure: 'it crashed' });
});
