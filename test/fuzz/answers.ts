/**
 * Ordinary requests to an app that answers with bytes of its own: HTTP with something wrong in it, or right and strange.
 * Each case ends in time, with the answer that the bytes hold or a 502 or 504, and whatever was sent the next request gets
 * the answer that is its own.
 *
 * One file, because what is sent and what it must become are told side by side.
 */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Headers } from '../../http/headers.ts';
import type { Handler, HttpResponse } from '../../http/message.ts';
import { type App, proxyTo, rawApp } from '../proxy/wire.ts';
import { must, type Target } from './loop.ts';
import { readResponse, type Said } from './reader.ts';

export interface AnswerCase {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly whole: boolean;
  /** What the app writes, in latin1. */
  readonly bytes: string;
  /** Cut off there (a fraction of all), or not. */
  readonly cut: number | null;
  /** Written in so many pieces, with pauses. */
  readonly pieces: number;
  readonly pauseMs: number;
  readonly end: 'stays' | 'closes' | 'resets';
}

const interim = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 100\r\nx-a: 100\r\nx-b:\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 102 Processing\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  'HTTP/1.1 199 What\r\ncontent-length: 5\r\n\r\n',
);

const statusLine = fc.oneof(
  { weight: 12, arbitrary: fc.constant('HTTP/1.1 200 OK\r\n') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'HTTP/1.1 204 No Content\r\n',
      'HTTP/1.1 304 Not Modified\r\n',
      'HTTP/1.1 206 Partial Content\r\n',
      'HTTP/1.1 404 \r\n',
      'HTTP/1.1 500\r\n',
      'HTTP/1.0 200 OK\r\n',
      'HTTP/1.1 599 Z\u00fcrich\r\n',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'HTTP/1.1 200 OK\n',
      'HTTP/2 200\r\n',
      'HTTP/1.1 099 Low\r\n',
      'HTTP/1.1 000 Zero\r\n',
      'HTTP/1.1 1000 High\r\n',
      'HTTP/1.1 999 Beyond\r\n',
      'HTTP/1.1 2OO OK\r\n',
      'HTTP/1.1  200 OK\r\n',
      'http/1.1 200 OK\r\n',
      'HTTP/1.1\r\n',
      'HTTP/9.9 200 OK\r\n',
      'ICY 200 OK\r\n',
      '\r\nHTTP/1.1 200 OK\r\n',
      ' HTTP/1.1 200 OK\r\n',
      'GET / HTTP/1.1\r\n',
      '',
    ),
  },
);

const fields = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        'x-a: 1\r\n',
        'content-type: text/plain\r\n',
        'set-cookie: a=1\r\n',
        'keep-alive: timeout=600\r\n',
        'keep-alive: timeout=0\r\n',
        'connection: keep-alive\r\n',
        'connection: close\r\n',
        'connection: upgrade\r\nupgrade: h2c\r\n',
        'trailer: x-sum\r\n',
        'x-latin1: caf\u00e9\u00ff\r\n',
        'x-empty:\r\n',
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'x: a\r\n folded\r\n',
        'x: a\n',
        'x: a\u0000b\r\n',
        'x: a\rb\r\n',
        'x y: a\r\n',
        'x : a\r\n',
        ': a\r\n',
        'no colon\r\n',
        ' leading: a\r\n',
        `x: ${'h'.repeat(70_000)}\r\n`,
        'y: 1\r\n'.repeat(3_000),
        'x: \u0001\u007f\r\n',
      ),
    },
  ),
  { maxLength: 3 },
);

/** The fields that frame a body, and the body. */
const framed = fc.constantFrom(
  ...['', 'hello', 'x'.repeat(3_000), '\u0000\u00ff\r\n\r\n'].flatMap((body) => [
    [`content-length: ${body.length}\r\n`, body],
    [`Content-Length:   ${body.length}  \r\n`, body],
    [
      'transfer-encoding: chunked\r\n',
      body === '' ? '0\r\n\r\n' : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ],
  ]),
  ['transfer-encoding: chunked\r\n', '2\r\nhe\r\n3\r\nllo\r\n0\r\nx-sum: 1\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '2;ext="a"\r\nhe\r\n0003\r\nllo\r\n0;last\r\n\r\n'],
  ['', 'until the end'],
);

const wronglyFramed = fc.constantFrom(
  ['content-length: 3\r\n', 'hello'],
  ['content-length: 9\r\n', 'hello'],
  ['content-length: 5\r\ncontent-length: 5\r\n', 'hello'],
  ['content-length: 5\r\ncontent-length: 3\r\n', 'hello'],
  ['content-length: 5, 5\r\n', 'hello'],
  ['content-length: -5\r\n', 'hello'],
  ['content-length: +5\r\n', 'hello'],
  ['content-length: 0x5\r\n', 'hello'],
  ['content-length: 5.0\r\n', 'hello'],
  ['content-length: 18446744073709551621\r\n', 'hello'],
  ['content-length: 99999999999\r\n', 'hello'],
  ['content-length:\r\n', 'hello'],
  ['content-length: 5\r\ntransfer-encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\ncontent-length: 5\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: gzip, chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked, identity\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: xchunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: identity\r\n', 'hello'],
  ['transfer-encoding: chunked\r\n', 'xyz\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '-5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '5\r\nhello0\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '5\nhello\n0\n\n'],
  ['transfer-encoding: chunked\r\n', '4\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '5\r\nhello\r\n0\r\nbad trailer\r\n\r\n'],
  ['transfer-encoding: chunked\r\n', '5\r\nhello\r\n'],
);

const evil = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil';
const after = fc.constantFrom(
  '',
  '',
  '',
  '',
  evil,
  evil.repeat(3),
  'evil',
  '\r\n',
  '\u0000',
  'HTTP/1.1 100 Continue\r\n\r\n',
);

const bytes = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .tuple(
        interim,
        statusLine,
        fields,
        fc.oneof({ weight: 3, arbitrary: framed }, { weight: 2, arbitrary: wronglyFramed }),
        after,
      )
      .map(([first, status, list, [framing = '', body = ''], last]) =>
        [first, status, ...list, framing, '\r\n', body, last].join(''),
      ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((garbage) => Buffer.from(garbage).toString('latin1')) },
);

const answerCase: fc.Arbitrary<AnswerCase> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'HEAD'),
  whole: fc.boolean(),
  bytes,
  cut: fc.option(fc.nat(999), { freq: 3, nil: null }).map((nat) => (nat === null ? null : nat / 1_000)),
  pieces: fc.constantFrom(1, 1, 1, 2, 3, 20),
  pauseMs: fc.constantFrom(0, 1, 5),
  end: fc.constantFrom('stays', 'stays', 'closes', 'resets'),
});

/**
 * How long bytes and the end of a connection take to the other end, which cannot know of them before: on a busy machine
 * even loopback took more than 10 ms.
 */
const inFlightMs = 100;
const endingMs = 10;
const hostileMs = 200;
const ownMs = 10_000;
/** What a busy machine may add to the deadline. */
const toleranceMs = 2_500;

export interface AnswerFuzzer extends Target<AnswerCase> {
  /** Rejects when a socket is left. */
  close(): Promise<void>;
}

export async function answerFuzzer(lanes = 48): Promise<AnswerFuzzer> {
  const before = sockets();
  const scripts = new Map<string, AnswerCase>();
  /** By request: resolves when its bytes are out. */
  const written = new Map<string, Promise<void>>();
  let count = 0;

  const app: App = await rawApp((socket) => {
    const turn = { current: 0 };
    onRequests(socket, (target) => {
      turn.current++;
      const script = scripts.get(target);
      if (script) written.set(target, write(socket, script, turn));
      else socket.write(own(target));
    });
  });
  const handlers: Handler[] = Array.from({ length: lanes }, () => proxyTo(app.port));

  async function run(input: AnswerCase, lane: number): Promise<void> {
    const handler = handlers[lane] as Handler;
    const id = `/hostile/${count++}`;
    scripts.set(id, input);
    const started = performance.now();
    // A reset right after the bytes is told as an ordinary end by the system, and one that comes later as what it is.
    const said = readResponse(sentBytes(input), { method: input.method, ended: input.end !== 'stays' });
    const mustPass = said.clean && input.end !== 'resets';
    // What must pass does so at once, unless the machine is busy; what may hang is not waited for.
    const got = await receive(await handler(request(id, input, mustPass ? ownMs : hostileMs)));
    const took = performance.now() - started;
    must(mustPass || took < hostileMs + toleranceMs, () => `took ${Math.round(took)} ms`);
    checkAnswer(said, mustPass, got, input);
    // What an app still writes when the next request is already on the connection, no client can tell from its answer.
    await written.get(id);
    scripts.delete(id);
    written.delete(id);
    for (const method of ['GET', 'POST'] as const) {
      const next = `/next/${count++}`;
      const { status, body } = await receive(await handler(request(next, { method, whole: input.whole }, ownMs)));
      must(
        status === 200 && body.toString() === next,
        () => `the next ${method} got ${status} ${body.subarray(0, 200)}`,
      );
    }
  }

  return {
    arbitrary: answerCase,
    lanes,
    run,
    async close() {
      const open = app.connections.size;
      await app.close();
      // The other ends close a moment later.
      for (let waited = 0; sockets() > before && waited < 2_000; waited += 10) await sleep(10);
      must(open <= lanes, () => `${open} connections for ${lanes} upstreams that are idle`);
      must(sockets() <= before, () => `${sockets() - before} sockets are left`);
    },
  };
}

function sockets(): number {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(?:TCPSocketWrap|TCPServerWrap|TCPConnectWrap)$/.test(name)).length;
}

function own(target: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${target.length}\r\n\r\n${target}`;
}

/** Tells of each request on a connection, in order. */
function onRequests(socket: Socket, tell: (target: string) => void): void {
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = received.slice(0, end);
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      received = received.slice(end + 4 + length);
      tell(head.split(' ')[1] ?? '');
    }
  });
}

async function write(socket: Socket, input: AnswerCase, turn: { readonly current: number }): Promise<void> {
  const mine = turn.current;
  const all = Buffer.from(sentBytes(input), 'latin1');
  const size = Math.max(1, Math.ceil(all.length / input.pieces));
  for (let at = 0; at < all.length; at += size) {
    if (at > 0) await sleep(input.pauseMs);
    if (socket.destroyed || turn.current !== mine) return;
    socket.write(all.subarray(at, at + size));
  }
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (input.end === 'stays') {
    // A client that finds more than its answer hangs up; one that does not is given the time to.
    if (input.pieces > 1) await Promise.race([closed, sleep(inFlightMs)]);
    return;
  }
  if (input.end === 'closes') socket.end();
  else socket.resetAndDestroy();
  await Promise.race([closed, sleep(50)]);
  await sleep(endingMs);
}

function sentBytes({ bytes: all, cut }: AnswerCase): string {
  return cut === null ? all : all.slice(0, Math.floor(all.length * cut));
}

function request(target: string, { method, whole }: Pick<AnswerCase, 'method' | 'whole'>, ms: number) {
  return {
    method,
    target,
    headers: [['host', 'app.example']] as const,
    body: method === 'POST' ? Buffer.from('request body') : null,
    context: {
      requestId: target,
      clientIp: '',
      stage: 'staging',
      deadline: Date.now() + ms,
      cold: false,
      platform: null,
      scheme: 'https' as const,
      whole,
    },
  };
}

interface Received {
  readonly status: number;
  readonly failure: string | undefined;
  readonly headers: Headers;
  readonly body: Buffer;
  /** A stream that broke off after its head. */
  readonly broken: boolean;
}

async function receive({ status, failure, headers, body }: HttpResponse): Promise<Received> {
  const chunks: Buffer[] = [];
  let broken = false;
  try {
    if (body instanceof Uint8Array) chunks.push(Buffer.from(body));
    else if (body !== null) for await (const chunk of body) chunks.push(chunk);
  } catch {
    broken = true;
  }
  return { status, failure, headers, body: Buffer.concat(chunks), broken };
}

function checkAnswer(
  said: Said,
  mustPass: boolean,
  { status, failure, headers, body, broken }: Received,
  { whole, end }: AnswerCase,
): void {
  if (failure !== undefined) {
    must(status === 502 || status === 504, () => `our own answer was ${status} ${failure}`);
    must(!mustPass, () => `a clean answer became ${status} ${failure}`);
    return;
  }
  for (const [name, value] of headers) {
    must(/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name), () => `the field name ${shown(name)}`);
    must(!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value), () => `the value ${shown(value)} of ${name}`);
  }
  const text = body.toString('latin1');
  must(said.status === status, () => `the app said ${said.status} and the client got ${status}`);
  if (broken) {
    must(!whole, () => 'a whole body broke off');
    must(said.body.startsWith(text), () => `a broken stream of ${shown(text)}`);
    must(!mustPass, () => 'a clean answer broke off');
    return;
  }
  must(said.complete, () => `half an answer was passed on as a whole one: ${shown(text)}`);
  // Measured on plain sockets: a reset takes bytes with it that were written before, and then looks like an end.
  const whatIsLeft = end === 'resets' && said.byConnection && said.body.startsWith(text);
  must(said.body === text || whatIsLeft, () => `the body ${shown(said.body)} became ${shown(text)}`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
