/** Streams through a deployed Function URL: immediate, of any length, in constant memory, and honest when they break. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, valuesOf } from '../support/http.ts';
import { findProcesses, hasProc } from '../support/processes.ts';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

/** Events carry the moment they were written at; the clock is the same on both sides. */
const app = `
  import { createServer } from 'node:http';
  import { createGzip, constants } from 'node:zlib';
  const chunk = Buffer.alloc(65536, 'x');
  const pump = (res, left) => {
    while (left-- > 0) if (!res.write(chunk)) return res.once('drain', () => pump(res, left));
    res.end();
  };
  const events = (out, left, every) => {
    const timer = setInterval(() => {
      out.write('data: ' + performance.timeOrigin + ' ' + performance.now() + '\\n\\n');
      if (--left === 0) { clearInterval(timer); out.end(); }
    }, every);
  };
  createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://x');
    if (pathname === '/events') {
      const plain = searchParams.get('coding') === 'identity';
      res.writeHead(200, { 'content-type': 'text/event-stream', ...(!plain && { 'content-encoding': 'gzip' }) });
      if (plain) return events(res, 100, 10);
      const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      gzip.pipe(res);
      return events(gzip, 100, 10);
    }
    if (pathname === '/big') return pump(res, 3200);
    if (pathname === '/crash') { res.write('begin'); return setTimeout(() => process.exit(1), 50); }
    if (pathname === '/silent') { res.write('begin'); return; }
    if (pathname === '/empty') return res.writeHead(204).end();
    if (pathname === '/none') return res.writeHead(200, { 'content-length': '0' }).end();
    res.setHeader('set-cookie', ['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
    res.writeHead(207, { 'x-stage-seen': process.env.UP_STAGE }).end('hello');
  }).listen(process.env.PORT);`;

let url: string;
beforeAll(async () => {
  const config = { name: 'streams', url: 'function_url', lambda: { timeout: 20 }, proxy: { timeout: 3 } };
  const dir = sandbox.project('streams', { 'app.mjs': app, 'up.json': JSON.stringify(config) });
  const { stdout, stderr, code } = await sandbox.up(['--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  url = stdout.trim();
});

describe('through a Function URL', () => {
  test('status, fields and cookies are those of the app', async () => {
    const answer = await send(url);
    expect([answer.status, answer.text, valuesOf(answer.headers, 'x-stage-seen')]).toEqual([207, 'hello', ['staging']]);
    expect(valuesOf(answer.headers, 'set-cookie')).toEqual(['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
    expect(valuesOf(answer.headers, 'content-type')).toEqual(['text/plain; charset=utf-8']);
  });

  test.each([
    ['/empty', 204],
    ['/none', 200],
  ])('an answer without a body arrives: %s', async (path, status) => {
    const answer = await send(url, { path });
    expect([answer.status, answer.body.length]).toEqual([status, 0]);
  });

  test('HEAD gets the fields and no body', async () => {
    const answer = await send(url, { method: 'HEAD' });
    expect([answer.status, answer.body.length]).toEqual([207, 0]);
  });

  test.each(['identity', 'gzip'])('an event is at the client at once (%s)', { retry: 2 }, async (coding) => {
    const delays = await eventDelays(`/events?coding=${coding}`, coding === 'gzip');
    expect(delays).toHaveLength(100);
    // The median, because a test shares its machine; at p99 it is 20 ms on a machine of its own.
    expect(percentile(delays, 0.5)).toBeLessThan(20);
  });

  test('an app that crashes midway cuts the connection, and the next request is served', async () => {
    await expect(send(url, { path: '/crash' })).rejects.toThrow();
    expect((await send(url)).status).toBe(207);
  });

  test('an app that falls silent midway is cut at proxy.timeout', async () => {
    const started = performance.now();
    await expect(send(url, { path: '/silent' })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(6_000);
    expect((await send(url)).status).toBe(207);
  });

  test.runIf(hasProc)('200 MB pass while the proxy grows by less than 32 MiB', async () => {
    await send(url);
    const before = proxyMemory();
    expect(await download('/big')).toBe(200 * 1024 * 1024);
    expect(await until('its high-water mark', () => proxyMemory())).toBeLessThan(before + 32 * 1024);
  });
});

/** Milliseconds from the app's write to the client's socket. */
function eventDelays(path: string, gunzip: boolean): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const delays: number[] = [];
    const arrived = (text: string) => {
      const now = performance.timeOrigin + performance.now();
      for (const [, origin, at] of text.matchAll(/data: (\S+) (\S+)/g)) delays.push(now - Number(origin) - Number(at));
    };
    request(new URL(path, url), async (res) => {
      const { createGunzip } = await import('node:zlib');
      const out = gunzip ? res.pipe(createGunzip()) : res;
      out.on('data', (chunk: Buffer) => arrived(chunk.toString()));
      out.once('end', () => resolve(delays));
      out.once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.POSITIVE_INFINITY;
}

function download(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(new URL(path, url), (res) => {
      let size = 0;
      res.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      res.once('end', () => resolve(size));
      res.once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

/** The high-water mark of the proxy's own process, kB. */
function proxyMemory(): number {
  const [proxy] = findProcesses(sandbox.stateDir).filter(({ command }) => command.includes('runtime.cjs'));
  const status = readFileSync(`/proc/${proxy?.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
}
