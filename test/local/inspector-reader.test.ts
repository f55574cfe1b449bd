/** A page that follows the inspector's events and does not read them: stopped in a debugger, say. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFeed, type Feed } from '../../local/inspector/feed.ts';
import { createInspector, inspectorPath } from '../../local/inspector/inspector.ts';
import { until } from '../support/until.ts';

const megabyte = 'x'.repeat(1024 * 1024);

test('a reader that stays behind is let go of, before what waits for it fills the memory', async () => {
  const feed = createFeed();
  let followers = 0;
  const follow: Feed['follow'] = (onHappening) => {
    followers++;
    const unfollow = feed.follow(onHappening);
    return () => {
      followers--;
      unfollow();
    };
  };
  const inspector = createInspector({
    feed: { ...feed, follow },
    view: () => ({ title: 'local', lanes: [], apps: [] }),
    page: undefined,
  });
  const server = createServer((req, res) => void inspector.serve(req, res)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    inspector.close();
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [[accepted]] = await Promise.all([
    once(server, 'connection'),
    (async () => {
      const reader = connect(port, '127.0.0.1').pause();
      reader.on('error', () => {});
      onTestFinished(() => void reader.destroy());
      reader.write(`GET ${inspectorPath}events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    })(),
  ]);
  await until('the events to be followed', () => accepted.bytesWritten > 0);
  for (let lines = 0; lines < 40 && !accepted.destroyed; lines++) {
    feed.line({ app: 'shop', message: megabyte });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(accepted.destroyed).toBe(true);
  await until('the end of following', () => followers === 0);
});
