/**
 * Answers of sizes around the limit of each front door: they arrive with identical bytes, or the client gets our own 413;
 * the platform never has to refuse one.
 */
import { albFront } from '../../local/gateway/alb.ts';
import type { Front } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { httpApiFront } from '../../local/gateway/http-api.ts';
import type { Incoming } from '../../local/gateway/incoming.ts';
import { restApiFront } from '../../local/gateway/rest-api.ts';
import type { HttpApi } from '../../local/model.ts';
import { answer } from '../../proxy/events/answer.ts';

/** The Runtime API's constant; a load balancer takes less. */
const platformLimit = 6 * 1024 * 1024 + 100;
const albLimit = 1024 * 1024;

interface FrontDoor {
  readonly front: Front;
  readonly limit: number;
}

const frontDoors: Readonly<Record<string, FrontDoor>> = {
  'HTTP API': { front: httpApiFront({ ApiId: 'a' } as HttpApi, '2.0', 30_000), limit: platformLimit },
  'Function URL': { front: functionUrlFront({ urlId: 'u', invokeMode: 'BUFFERED' }), limit: platformLimit },
  REST: { front: restApiFront({ apiId: 'a', stage: 'prod', streams: false }), limit: platformLimit },
  'load balancer': { front: albFront(true), limit: albLimit },
};

/** A body of `size` bytes (multi-byte: a byte less where it does not divide). */
const kinds: Readonly<Record<string, { readonly type: string; body(size: number): Buffer }>> = {
  text: { type: 'text/plain', body: (size) => Buffer.alloc(size, 'abcdefgh') },
  binary: { type: 'application/octet-stream', body: (size) => Buffer.alloc(size, Buffer.from([0, 255, 128, 7])) },
  'multi-byte': { type: 'text/plain; charset=utf-8', body: (size) => Buffer.from('é'.repeat(size >> 1)) },
};

export interface LimitsReport {
  readonly runs: number;
  readonly failures: readonly string[];
}

/** `offsets`: distances from the largest body that fits, in bytes. Stops at `until` (epoch ms). */
export async function checkLimits(offsets: readonly number[], until = Number.POSITIVE_INFINITY): Promise<LimitsReport> {
  const failures: string[] = [];
  let runs = 0;
  for (const [name, frontDoor] of Object.entries(frontDoors)) {
    for (const [kind, { type, body }] of Object.entries(kinds)) {
      const edge = await largest(frontDoor, type, body);
      for (const offset of offsets) {
        if (Date.now() > until) return { runs, failures };
        runs++;
        const failure = await check(frontDoor, type, body(edge + offset), offset);
        if (failure) failures.push(`${name}, ${kind}, ${offset} from the limit: ${failure}`);
      }
    }
  }
  return { runs, failures };
}

/** The size of the largest body that is not answered with a 413: guessed from two small ones, then searched for. */
async function largest(frontDoor: FrontDoor, type: string, body: (size: number) => Buffer): Promise<number> {
  const [a, b] = await Promise.all([probeBytes, 2 * probeBytes].map((size) => through(frontDoor, type, body(size))));
  const perByte = ((b?.resultBytes ?? 0) - (a?.resultBytes ?? 0)) / probeBytes;
  const guess = Math.floor((frontDoor.limit - (a?.resultBytes ?? 0)) / perByte) + probeBytes;
  let [low, high] = [guess - guessError, guess + guessError];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const { status } = await through(frontDoor, type, body(middle));
    if (status === 200) low = middle;
    else high = middle - 1;
  }
  return low;
}

const probeBytes = 3 * 4096;
const guessError = 32;

async function check(frontDoor: FrontDoor, type: string, body: Buffer, offset: number): Promise<string | null> {
  const { status, bytes, resultBytes } = await through(frontDoor, type, body);
  if (resultBytes > frontDoor.limit) return `a result of ${resultBytes} bytes, which the platform refuses`;
  if (status === 200) return bytes.equals(body) ? null : 'the bytes differ';
  if (status !== 413) return `status ${status}`;
  if (offset <= 0) return 'a 413 below the limit';
  return isOurs413(bytes, frontDoor.limit) ? null : `a 413 that does not explain itself: ${bytes}`;
}

function isOurs413(bytes: Buffer, limit: number): boolean {
  const { code, error } = JSON.parse(bytes.toString()) as { code: string; error: string };
  return code === 'UP_RESPONSE_TOO_LARGE' && error.includes(String(limit));
}

async function through({ front }: FrontDoor, type: string, body: Buffer) {
  const event = JSON.parse(JSON.stringify(front.toEvent(incoming, 'request-1'))) as unknown;
  const answered = await answer(
    event,
    { requestId: 'request-1', stage: 'staging', deadline: Date.now() + 30_000, cold: false },
    {
      handler: async () => ({ status: 200, headers: [['content-type', type]], body }),
      events: { path: '', events_path: '/events', error_statuses: [] },
      stream: false,
      onRefusal: () => {},
    },
  );
  if (answered.kind !== 'whole') throw new Error('nothing streams here');
  const result = Buffer.from(answered.json());
  const read = front.fromResult(result);
  if (typeof read === 'string') return { status: 0, bytes: Buffer.from(read), resultBytes: result.length };
  return { status: read.status, bytes: read.body, resultBytes: result.length };
}

const incoming: Incoming = {
  method: 'GET',
  rawPath: '/',
  rawQuery: '',
  headers: [['host', 'example.com']],
  body: Buffer.alloc(0),
  scheme: 'http',
  protocol: 'HTTP/1.1',
  host: 'example.com',
  clientIp: '192.0.2.1',
  port: 443,
  at: new Date(),
};

/** Every one up to `near`, every 32nd up to `far`, on both sides. */
export function offsetsAround(near: number, far: number): number[] {
  const offsets: number[] = [];
  for (let offset = -far; offset <= far; offset++) {
    if (Math.abs(offset) <= near || offset % 32 === 0) offsets.push(offset);
  }
  return offsets;
}
