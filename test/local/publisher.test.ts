/** Deliveries that the platform still has to make when it ends. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Subscription, Topic } from '../../local/model.ts';
import { createPublisher } from '../../local/topics/publisher.ts';
import { createFakeClock } from '../fakes/clock.ts';

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
