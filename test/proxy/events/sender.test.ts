import { expect, test } from 'vitest';
import { probeEvent } from '../../../cli/aws/probe.ts';
import { eventFor } from '../hosts/packages.ts';
import { requestOf } from './converting.ts';

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
