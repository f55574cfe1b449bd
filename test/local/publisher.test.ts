/** How often a delivery is tried, what is still to be made when the platform ends, and how many messages are kept. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Message, Subscription, Topic } from '../../local/model.ts';
import { createPublisher } from '../../local/topics/publisher.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { until } from '../support/until.ts';

test('a delivery that fails after the end of the platform is not planned again', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const subscription = { Protocol: 'http', Endpoint, RawMessageDelivery: true } as Subscription;
  const topic = { Name: 'news', subscriptions: { id: subscription } } as unknown as Topic;
  const clock = createFakeClock(0);
  const planned: number[] = [];
  const publisher = createPublisher({
    store: { state: {} as never, save: async () => {} },
    events: { put: async () => {} },
    clock: {
      now: clock.now,
      after(milliseconds, callback) {
        planned.push(milliseconds);
        return clock.after(milliseconds, callback);
      },
    },
  });
  publisher.publish(topic, { message: 'it burns' });
  const [req, res] = await once(server, 'request');
  await text(req);
  publisher.close();
  const closed = once(res, 'close');
  res.writeHead(503, { connection: 'close' }).end();
  await closed;
  // The answer is read before the next try would be planned.
  publisher.publish(topic, { message: 'it still burns' });
  await once(server, 'request');
  expect(planned).toEqual([]);
});

test.each([
  ['503, three times more', 503, [20_000, 20_000, 20_000]],
  ['429, which asks for it, too', 429, [20_000, 20_000, 20_000]],
  ['404 not at all', 404, []],
])('a delivery that is answered with %s', async (_title, status, expected) => {
  let requests = 0;
  const server = createServer((_req, res) => {
    const isAnother = requests++ > expected.length;
    res.writeHead(isAnother ? 200 : status, { connection: 'close' }).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const topic = { Name: 'news', subscriptions: { id: { Protocol: 'http', Endpoint } } } as unknown as Topic;
  const planned: number[] = [];
  const tries: (() => void)[] = [];
  const after = (milliseconds: number, callback: () => void) => {
    planned.push(milliseconds);
    tries.push(callback);
    return () => {};
  };
  const publisher = createPublisher({
    store: { state: {} as never, save: async () => {} },
    events: { put: async () => {} },
    clock: { now: () => 0, after },
  });
  publisher.publish(topic, { message: 'it burns' });
  for (let count = 1; count <= expected.length; count++) {
    await until('the next try', () => tries.length >= count);
    tries[count - 1]?.();
  }
  await until('the last try', () => requests === expected.length + 1);
  // Another takes longer to come than the answer to the last.
  publisher.publish({ ...topic, Name: 'more' }, { message: 'it still burns' });
  await until('another', () => requests === expected.length + 2);
  expect(planned).toEqual(expected);
});

test('the last 200 messages are kept', () => {
  const state = { messages: [] as Message[] };
  const told: Message[] = [];
  const publisher = createPublisher({
    store: { state: state as never, save: async () => {} },
    events: { put: async () => {} },
    clock: createFakeClock(0),
    onMessage: (message) => void told.push(message),
  });
  for (let count = 1; count <= 201; count++) publisher.text('+12505550123', String(count));
  expect(told).toHaveLength(201);
  expect(state.messages.map(({ text }) => text)).toEqual(told.slice(1).map(({ text }) => text));
});
