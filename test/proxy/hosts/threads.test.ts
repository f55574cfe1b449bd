/** The threads of AWS's client that ask another for the app. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { claim, followThread, serveThreads } from '../../../proxy/hosts/threads.ts';
import type { KeptApp } from '../../../proxy/main.ts';
import { noBackground } from '../../../proxy/relay/background.ts';

test('a thread that breaks off takes no other with it', async () => {
  const claimed = await claim();
  if (claimed === null) throw new Error('somebody keeps an app in this process');
  let asked = 0;
  // More than a socket holds: what is not read makes a reset of the end.
  const settled = async () => 'x'.repeat(1_000_000 * ++asked);
  serveThreads(claimed, { keeper: { settled }, background: noBackground } as unknown as KeptApp);

  const breaking = connect(`\0up-${process.pid}`);
  const [socket]: Socket[] = await once(claimed.server, 'connection');
  const ended = once(socket as Socket, 'close');
  breaking.write('{"id":1,"call":"settled"}\n');
  await expect.poll(() => asked).toBe(1);
  breaking.destroy();
  await ended.catch(() => {});

  await followThread().keeper.settled();
  expect(asked).toBe(2);
});
