/** The threads of AWS's client that ask another for the app. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { HttpError } from '../../../http/error.ts';
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

test('another thread is told all that the one which keeps the app knows', async () => {
  const kept = await keptHere();
  const asked: unknown[] = [];
  const lent = {
    ...{ host: '127.0.0.1', port: 3_000 },
    began: () => void asked.push('began'),
    answered: () => void asked.push('answered'),
    ended: (outcome: string) => void asked.push(['ended', outcome]),
    hasExited: async (patience: number) => patience === 5,
    brokeOff: async (patience: number) => patience === 7,
    exit: async () => ({ exit_code: 1 }),
    lastLog: async () => 'the last line',
  };
  const refusal = new HttpError(503, 'UP_APP_STARTING', 'the app is still starting', { port: 1 }, [
    ['retry-after', '1'],
  ]);
  const keeper = {
    settled: async () => true,
    async ready(patience: number, sure: boolean) {
      asked.push([patience, sure]);
      if (patience === 0) throw refusal;
      return lent;
    },
  };
  const background = { ...noBackground, hold: (seconds: number) => void asked.push(['hold', seconds]) };
  expect(await claim()).toBe(null);
  const other = followThread();
  // It may ask while the app is being booted.
  await expect.poll(() => kept.early).toHaveLength(1);
  serveThreads(kept, { keeper, background } as unknown as KeptApp);

  expect(await other.keeper.settled()).toBe(true);
  const lease = await other.keeper.ready(1_000, true);
  expect([lease.host, lease.port]).toEqual(['127.0.0.1', 3_000]);
  lease.began();
  lease.answered();
  lease.ended('stuck');
  other.background.hold(2);
  expect([
    await lease.hasExited(5),
    await lease.hasExited(7),
    await lease.brokeOff(5),
    await lease.brokeOff(7),
  ]).toEqual([...[true, false], ...[false, true]]);
  expect([await lease.exit(), await lease.lastLog()]).toEqual([{ exit_code: 1 }, 'the last line']);
  const { status, code, message, evidence, headers } = refusal;
  await expect(other.keeper.ready(0)).rejects.toMatchObject({ status, code, message, evidence, headers });
  expect(asked).toEqual([[1_000, true], 'began', 'answered', ['ended', 'stuck'], ['hold', 2], [0, false]]);
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
