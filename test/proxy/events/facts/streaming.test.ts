/**
 * 3.11: the prelude of a streamed answer. One file, because each fact is held to the same streams.
 */
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Headers } from '../../../../http/headers.ts';
import { answer } from '../../../../proxy/events/answer.ts';
import { type Prelude, preludeBytes, preludeContentType } from '../../../../proxy/events/prelude.ts';
import { sendAnswer } from '../../../../proxy/hosts/aws-response-stream.ts';
import { runtimeApi } from '../../../../proxy/hosts/runtime-api.ts';
import { streamFailure } from '../../../../proxy/hosts/stream-failure.ts';
import { UpstreamError } from '../../../../proxy/relay/upstream.ts';
import { rawApp } from '../../wire.ts';
import { answering, invocation, settings, streamedOf } from '../converting.ts';
import { facts, fixture } from './facts.ts';

const url = fixture('function-url-get');
const rest = fixture('rest-get');
const headUrl = fixture('function-url-get', { requestContext: { http: { method: 'HEAD' } } });
const headers: Headers = [
  ['vary', 'accept'],
  ['vary', 'origin'],
  ['set-cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT'],
  ['set-cookie', 'b=2'],
  ['content-length', '3'],
];
const cookies = ['a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT', 'b=2'];

const preludeOf = async (event: unknown, res: Parameters<typeof streamedOf>[1]) =>
  (await streamedOf(event, res)).prelude;
const kindOf = async (event: unknown) =>
  (await answer(event, invocation, { handler: answering({}), events: settings, stream: true, onRefusal: () => {} }))
    .kind;
/** As a front door reads it: JSON up to the first of eight NUL. */
const read = (bytes: Buffer) => [
  JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(0))),
  bytes.subarray(bytes.indexOf(0)),
];

facts([
  [
    '3.11 the content type that announces a prelude',
    () => preludeContentType,
    'application/vnd.awslambda.http-integration-response',
  ],
  [
    '3.11 the prelude is JSON and eight NUL',
    () => read(preludeBytes({ statusCode: 200 })),
    [{ statusCode: 200 }, Buffer.alloc(8)],
  ],
  [
    '3.11 its JSON holds no NUL, whatever a field holds',
    () =>
      preludeBytes({ statusCode: 200, headers: { x: '\u0000' } } as Prelude)
        .subarray(0, -8)
        .includes(0),
    false,
  ],
  [
    '3.11 an empty body has a prelude too (RIC, LWA, HO hang)',
    () => streamedOf(url, { status: 200 }),
    { prelude: { statusCode: 200, headers: {} }, body: Buffer.alloc(0) },
  ],
  [
    '3.11 an empty stream has a prelude too',
    () => streamedOf(url, { body: Readable.from([]) }),
    { prelude: { statusCode: 200, headers: {} }, body: Buffer.alloc(0) },
  ],
  [
    '3.11 a redirect without a body has a prelude',
    () => preludeOf(url, { status: 302, headers: [['location', '/x']] }),
    { statusCode: 302, headers: { location: '/x' } },
  ],
  [
    '3.11 Function URL: headers are strings, cookies a list',
    () => preludeOf(url, { headers }),
    { statusCode: 200, headers: { vary: 'accept, origin' }, cookies },
  ],
  [
    '3.11 REST: multiValueHeaders, no cookies',
    () => preludeOf(rest, { headers }),
    { statusCode: 200, multiValueHeaders: { vary: ['accept', 'origin'], 'set-cookie': cookies } },
  ],
  [
    '3.11 REST: no content-length in the prelude (x-amzn-remapped-*)',
    () =>
      preludeOf(rest, {
        headers: [
          ['content-length', '3'],
          ['date', 'x'],
        ],
        body: Readable.from([Buffer.from('abc')]),
      }),
    { statusCode: 200, multiValueHeaders: { 'content-type': ['text/plain; charset=utf-8'] } },
  ],
  [
    '3.11 without a content-type it would be application/octet-stream: it is named by the first bytes',
    () => preludeOf(url, { body: Readable.from([Buffer.from('<html>'), Buffer.from('x')]) }),
    { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } },
  ],
  [
    '3.11 the bytes that named the type are not lost',
    async () => String((await streamedOf(url, { body: Readable.from([Buffer.from('one'), Buffer.from('two')]) })).body),
    'onetwo',
  ],
  [
    '3.11 binary needs no media types',
    async () =>
      (
        await streamedOf(rest, {
          headers: [['content-type', 'image/png']],
          body: Readable.from([Buffer.from([0, 255])]),
        })
      ).body,
    Buffer.from([0, 255]),
  ],
  ['3.11 the event of REST streaming is that of a buffered one: configuration decides', () => kindOf(rest), 'stream'],
  [
    '3.11 HTTP API and Function URL events stream where configured',
    async () => [await kindOf(url), await kindOf(fixture('http-api-get'))],
    ['stream', 'stream'],
  ],
  [
    '3.11 ALB cannot stream',
    async () => [await kindOf(fixture('alb-single-get')), await kindOf(fixture('alb-multi-get'))],
    ['whole', 'whole'],
  ],
  ['3.11 Lattice cannot stream', () => kindOf(fixture('lattice-v2-get')), 'whole'],
  ['3.11 events that are no requests do not stream', () => kindOf(fixture('eventbridge-rule')), 'whole'],
  [
    '3.11 HEAD: prelude with the app’s length, no body',
    () =>
      streamedOf(headUrl, {
        headers: [
          ['content-length', '9'],
          ['content-type', 'text/css'],
        ],
        body: Buffer.from('x'),
      }),
    {
      prelude: { statusCode: 200, headers: { 'content-length': '9', 'content-type': 'text/css' } },
      body: Buffer.alloc(0),
    },
  ],
  [
    '3.11 204: prelude without type, no body',
    () =>
      streamedOf(url, {
        status: 204,
        headers: [['content-type', 'text/css']],
        body: Readable.from([Buffer.from('x')]),
      }),
    { prelude: { statusCode: 204, headers: {} }, body: Buffer.alloc(0) },
  ],
  [
    '3.11 a refusal is streamed as well',
    async () => {
      const { prelude, body } = await streamedOf(fixture('function-url-get', { rawPath: '/\r' }), {});
      return [prelude.statusCode, JSON.parse(String(body)).code];
    },
    [400, 'UP_EVENT_PATH'],
  ],
  [
    '3.7 REST: a prelude of more than 10,240 bytes of header values is 413 before anything is out, and the app is let go',
    async () => {
      const body = Readable.from([Buffer.from('x')]);
      const long = { headers: [['x', 'x'.repeat(10_241)]] as Headers, body };
      const { prelude, body: said } = await streamedOf(rest, long);
      return [prelude.statusCode, JSON.parse(String(said)).code, body.destroyed];
    },
    [413, 'UP_RESPONSE_HEADERS_TOO_LARGE', true],
  ],
  [
    '3.11 no limit of 6 MB',
    async () =>
      (await streamedOf(url, { headers: [['content-type', 'text/plain']], body: Buffer.alloc(7_000_000) })).body.length,
    7_000_000,
  ],
  [
    '3.11 latin1 bytes that are UTF-8 are shown as what they mean',
    async () => (await preludeOf(url, { headers: [['x', Buffer.from('é').toString('latin1')]] })).headers,
    { x: 'é' },
  ],
]);

/** What AWS's client is given for an answer. */
async function sent(body: Readable | Uint8Array | null): Promise<Buffer> {
  const out = new PassThrough();
  const received = buffer(out);
  await sendAnswer({ kind: 'stream', prelude: { statusCode: 200 }, body }, out);
  return received;
}

/** What our own client posts to the Runtime API, after its head. */
async function posted(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  let received = '';
  const api = await rawApp((socket) => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (/\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(received)) {
        socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
      }
    });
  });
  onTestFinished(() => api.close());
  const body = { contentType: preludeContentType, chunks, describe: streamFailure };
  await runtimeApi(`127.0.0.1:${api.port}`).stream('id', preludeBytes({ statusCode: 200 }), body);
  return received;
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new UpstreamError('closed', new Error('gone'), { delivered: true });
}

const head = preludeBytes({ statusCode: 200 });

/** A stream that takes its time, and what was asked of it. */
async function throughSlow(chunks: number) {
  let ahead = 0;
  let most = 0;
  const warnings: unknown[] = [];
  const warn = (warning: unknown) => void warnings.push(warning);
  process.on('warning', warn);
  onTestFinished(() => void process.off('warning', warn));
  const out = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      ahead--;
      setImmediate(done);
    },
  });
  async function* body() {
    for (let i = 0; i < chunks; i++) {
      most = Math.max(most, ++ahead);
      yield Buffer.alloc(1_000);
    }
  }
  await sendAnswer({ kind: 'stream', prelude: { statusCode: 200 }, body: Readable.from(body()) }, out);
  await new Promise((resolve) => setImmediate(resolve));
  return { bounded: most < 40, listeners: out.listenerCount('drain') + out.listenerCount('close'), warnings };
}

facts([
  ['3.11 AWS’s client: an empty body is not end() without a write (RIC #95)', () => sent(null), head],
  ['3.11 AWS’s client: an empty stream neither', () => sent(Readable.from([])), head],
  [
    '3.11 AWS’s client: prelude, then the bytes',
    () => sent(Readable.from([Buffer.from('a'), Buffer.from('b')])),
    Buffer.concat([head, Buffer.from('ab')]),
  ],
  [
    '3.11 AWS’s client: write() === false is honoured, with no listener left (HO, OpenNext do not wait)',
    () => throughSlow(200),
    { bounded: true, listeners: 0, warnings: [] },
  ],
  [
    '3.11 AWS’s client: an app that breaks off is an error to it, for its trailers',
    () => sent(Readable.from(breaking())).catch((error: Error) => [error.name, error.message]),
    ['UP_APP_CRASHED', 'the app broke off its answer'],
  ],
  [
    '3.11 AWS’s client: a stream that the platform closed ends the answer',
    async () => {
      const out = new PassThrough();
      out.destroy();
      return sendAnswer({ kind: 'stream', prelude: { statusCode: 200 }, body: null }, out).catch(
        (error: Error) => error.message,
      );
    },
    'the platform closed the stream',
  ],
  [
    '3.11 our own client: the headers of a streamed response',
    async () => {
      const [top = ''] = (await posted([])).split('\r\n\r\n');
      return (
        /^content-type: application\/vnd\.awslambda\.http-integration-response$/im.test(top) &&
        /^lambda-runtime-function-response-mode: streaming$/im.test(top)
      );
    },
    true,
  ],
  [
    '3.11 our own client: an empty body has a prelude',
    async () => (await posted([])).includes(head.toString('latin1')),
    true,
  ],
  [
    '3.11 our own client: a chunk of no bytes does not end the body',
    async () => (await posted([Buffer.alloc(0), Buffer.from('late')])).includes('4\r\nlate\r\n0\r\n\r\n'),
    true,
  ],
  [
    '3.11 our own client: an error after the prelude goes into trailers, not into the body (LWA)',
    async () => {
      const trailer =
        /half\r\n0\r\nLambda-Runtime-Function-Error-Type: (\S+)\r\nLambda-Runtime-Function-Error-Body: (\S+)\r\n\r\n$/.exec(
          await posted(breaking()),
        );
      return [trailer?.[1], JSON.parse(Buffer.from(trailer?.[2] ?? '', 'base64').toString())];
    },
    ['UP_APP_CRASHED', { errorType: 'UP_APP_CRASHED', errorMessage: 'the app broke off its answer' }],
  ],
]);
