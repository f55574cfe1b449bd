/** A platform that is about to be there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPlatform } from '../../local/platform.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The answer to the first request that finds somebody listening. */
async function firstAnswer(port: number): Promise<string> {
  for (;;) {
    const answer = await new Promise<IncomingMessage | null>((resolve) => {
      get(`http://127.0.0.1:${port}/_local/health`, { agent: false }, resolve).once('error', () => resolve(null));
    });
    if (answer) return text(answer);
    await setImmediate();
  }
}

test('a request that comes as soon as its port is open is answered', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'up-start-'));
  const port = await freePort();
  const asked = firstAnswer(port);
  const platform = await openPlatform({ dir, port, nodeRuntime: 'unused' });
  expect(JSON.parse(await asked)).toEqual({ pid: process.pid });
  await platform.close();
  await rm(dir, { recursive: true });
});

test('a platform that had to go back to the state before says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'up-start-'));
  for (let starts = 0; starts < 2; starts++) {
    const whole = await openPlatform({ dir, port: 0, nodeRuntime: 'unused' });
    expect(whole.recovered).toBeNull();
    await whole.close();
  }
  await writeFile(join(dir, 'state.json'), '{"version":1,');
  const platform = await openPlatform({ dir, port: 0, nodeRuntime: 'unused' });
  expect(await readFile(platform.recovered ?? '', 'utf8')).toBe('{"version":1,');
  await platform.close();
  await rm(dir, { recursive: true });
});
