import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createLog, writeTo } from '../../proxy/log.ts';

const identity = { app: 'shop', stage: 'staging', version: '1', commit: '' };

/** The descriptor of a pipe that does not wait when it is full, as standard output is. */
function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

test('a pipe that is full holds the proxy up no longer than its reader takes, and loses nothing', async () => {
  const reader = spawn('wc', ['-l'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const log = createLog({ identity, level: 'info', destination: writeTo(descriptorOf(reader.stdin as Socket)) });
  const records = 20_000;
  const started = performance.now();
  for (let written = 0; written < records; written++) log.info('x'.repeat(300));
  // 8 MB fill a pipe some forty times.
  expect(performance.now() - started).toBeLessThan(3_000);
  reader.stdin.end();
  expect(Number(await text(reader.stdout))).toBe(records);
});

test('a log that nobody reads any more breaks nothing', () => {
  const log = createLog({ identity, level: 'info', destination: writeTo(9_999) });
  expect(() => log.info('unread')).not.toThrow();
});
