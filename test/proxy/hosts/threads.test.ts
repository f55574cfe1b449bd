/** The threads of AWS's client that ask another for the app. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Claim, claim, followThread, serveThreads } from '../../../proxy/hosts/threads.ts';
import type { KeptApp } from '../../../proxy/main.ts';
import { noBackground } from '../../../proxy/relay/background.ts';

async function keptHere(): Promise<Claim> {
  const claimed = await claim();
  if (claimed === null) throw new Error('somebody keeps an app in this process');
  onTestFinished(() => void claimed.server.close());
  return claimed;
}

test('a thread that breaks off takes no other with it', async () => {
  const kept = await keptHere();
  let asked = 0;
  // More than a socket holds: what is not read makes a reset of the end.
  const settled = async () => 'x'.repeat(1_000_000 * ++asked);
  serveThreads(kept, { keeper: { settled }, background: noBackground } as unknown as KeptApp);

  const breaking = connect(`\0up-${process.pid}`);
  const [socket]: Socket[] = await once(kept.server, 'connection');
  const ended = once(socket as Socket, 'close');
  breaking.write('{"id":1,"call":"settled"}\n');
  await expect.poll(() => asked).toBe(1);
  breaking.destroy();
  await ended.catch(() => {});

  await followThread().keeper.settled();
  expect(asked).toBe(2);
});

test('of an app that was lent a thousand times, only the last are remembered', async () => {
  const kept = await keptHere();
  let exits = 0;
  const lent = { host: '127.0.0.1', port: 1, ended() {}, exit: async () => ({ exits: ++exits }) };
  serveThreads(kept, { keeper: { ready: async () => lent }, background: noBackground } as unknown as KeptApp);

  const { keeper } = followThread();
  const leases = [];
  for (let count = 0; count < 1_000; count++) leases.push(await keeper.ready(1_000));
  for (const lease of leases) lease.ended('over');
  expect(await leases.at(-1)?.exit()).toEqual({ exits: 1 });
  expect(await leases[0]?.exit()).toBe(null);
});
