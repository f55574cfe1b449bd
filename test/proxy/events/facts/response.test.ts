/**
 * 3.7: limits, 3.8: statuses and fields of answers, 3.9: their bodies. One file, because each fact is held to every
 * front door by the same few lines.
 */

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Header, Headers } from '../../../../http/headers.ts';
import { answer } from '../../../../proxy/events/answer.ts';
import { largeBytes } from '../../../../proxy/events/base64.ts';
import { maxLambdaResultBytes } from '../../../../proxy/events/format.ts';
import { bytesOf, invocation, type Result, resultOf, settings } from '../converting.ts';
import { zstdText } from '../samples.ts';
import { bodyOf, type Fact, facts, fixture, through, throughBytes } from './facts.ts';

const api = fixture('http-api-get');
const url = fixture('function-url-get');
const rest = fixture('rest-get');
const single = fixture('alb-single-get');
const multi = fixture('alb-multi-get');
const lattice = fixture('lattice-v2-get');
const head = (name: string) => ({
  ...fixture(name, name.startsWith('http') ? { requestContext: { http: { method: 'HEAD' } } } : { httpMethod: 'HEAD' }),
});

const cookies: Header[] = [
  ['set-cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT'],
  ['set-cookie', 'b=2; Path=/'],
  ['set-cookie', 'c=3'],
];
const cookieTexts = cookies.map(([, value]) => value);
const repeated: Headers = [
  ['vary', 'accept'],
  ['vary', 'origin'],
];

const text = (length: number) => ({
  headers: [['content-type', 'text/plain']] as Headers,
  body: Buffer.alloc(length, 'x'),
});
const noise = (length: number) => ({ headers: [['content-type', 'image/png']] as Headers, body: randomBytes(length) });
/** Fields whose values are so many bytes, cookies among them. */
const valuesOf = (bytes: number): { headers: Headers } => ({
  headers: [
    ['x-long', 'x'.repeat(bytes - 6)],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ],
});
const plain = (event: object) => ({ ...event, headers: {}, multiValueHeaders: {} });
const status = async (event: unknown, res: Parameters<typeof resultOf>[1]) => (await resultOf(event, res)).statusCode;
const largest = async (event: object, limit: number) => {
  const envelope = JSON.stringify(await resultOf(event, text(1))).length - 1;
  return Promise.all([0, 1].map((more) => status(event, text(limit - envelope + more))));
};

facts([
  [
    '3.7 six megabytes of request arrive whole',
    async () => String(await bodyOf({ ...api, body: 'x'.repeat(6_000_000) })).length,
    6_000_000,
  ],
  [
    '3.7 a result of exactly the limit of Lambda passes, of a byte more is 413',
    () => largest(plain(api), maxLambdaResultBytes),
    [200, 413],
  ],
  ['3.7 REST: the same limit, to the byte', () => largest(plain(rest), maxLambdaResultBytes), [200, 413]],
  ['3.7 ALB: 1 MB of response JSON, to the byte', () => largest({ ...single, headers: {} }, 1024 * 1024), [200, 413]],
  ['3.7 Lattice: 6 MB, to the byte', () => largest({ ...lattice, headers: {} }, maxLambdaResultBytes), [200, 413]],
  [
    '3.7 REST: 10,240 bytes of header values, to the byte; a byte more is 413',
    async () => [await status(rest, valuesOf(10_240)), await status(rest, valuesOf(10_241))],
    [200, 413],
  ],
  [
    '3.7 REST: bytes are those of UTF-8, and Date, Server and Content-Length, which do not go out, are not counted',
    async () => [
      await status(rest, { headers: [['x', Buffer.from('é'.repeat(5_120)).toString('latin1')]] }),
      await status(rest, { headers: [['x', Buffer.from('é'.repeat(5_121)).toString('latin1')]] }),
      await status(rest, { headers: [...valuesOf(10_240).headers, ['date', 'd'], ['server', 's']] }),
    ],
    [200, 413, 200],
  ],
  [
    '3.7 REST: the 413 says how many bytes and how many pass',
    async () => JSON.parse((await resultOf(rest, valuesOf(20_000))).body),
    {
      error: 'the header values of the answer take 20000 bytes, a REST API passes 10240 on',
      code: 'UP_RESPONSE_HEADERS_TOO_LARGE',
      requestId: 'request-1',
    },
  ],
  [
    '3.7 other front doors do not have that limit',
    () =>
      Promise.all(
        [api, url, single, multi, lattice, fixture('http-api-v1-get')].map((event) => status(event, valuesOf(20_000))),
      ),
    [200, 200, 200, 200, 200, 200],
  ],
  [
    '3.7 base64 takes 4/3: 4.5 MB pass and 5 MB do not',
    async () => [await status(plain(rest), noise(4_500_000)), await status(plain(rest), noise(5_000_000))],
    [200, 413],
  ],
  [
    '3.7 an oversize answer is compressed where the client takes it',
    async () => {
      const result = await resultOf(api, text(7_000_000));
      return [result.statusCode, result.headers['content-encoding'], result.headers.vary];
    },
    [200, 'br', 'accept-encoding'],
  ],
  ['3.7 what compresses too little is 413 all the same', () => status(api, noise(7_000_000)), 413],
  [
    '3.7 the 413 names size, limit and remedies',
    async () => JSON.parse((await resultOf(plain(api), text(7_000_000))).body),
    {
      code: 'UP_RESPONSE_TOO_LARGE',
      requestId: 'request-1',
      error: expect.stringMatching(/takes 70000\d\d bytes .* 6291556 are allowed: send less, compress it, stream it/),
    },
  ],
  [
    '3.7 a request context of more than 64 KB is answered 431, it would be a header field (LWA#107)',
    async () => {
      const authorizer = { lambda: { x: 'x'.repeat(65_536) } };
      const { statusCode } = await through(fixture('http-api-get', { requestContext: { authorizer } }), () => {});
      return statusCode;
    },
    431,
  ],
  [
    '3.7 header fields of more than 64 KB are answered 431',
    async () => (await resultOf({ ...api, headers: { x: 'x'.repeat(65_536) } }, {})).statusCode,
    431,
  ],

  ['3.8 the status is a number', async () => (await resultOf(rest, { status: 418 })).statusCode, 418],
  [
    '3.8 without a content-type AWS would say JSON: it is named',
    async () => (await resultOf(url, { body: Buffer.from('{}') })).headers,
    { 'content-type': 'text/plain; charset=utf-8' },
  ],
  [
    '3.8 REST: without a content-type AWS would say JSON: it is named',
    async () => (await resultOf(rest, { body: Buffer.from([255]) })).multiValueHeaders,
    { 'content-type': ['application/octet-stream'] },
  ],
  [
    '3.8 REST: one map only, the two would be merged',
    async () => Object.keys(await resultOf(rest, { headers: [['x', '1']] })).sort(),
    ['body', 'isBase64Encoded', 'multiValueHeaders', 'statusCode'],
  ],
  [
    '3.8 REST: values of multiValueHeaders are lists',
    async () => (await resultOf(rest, { headers: [['x', '1'], ...repeated] })).multiValueHeaders,
    { x: ['1'], vary: ['accept', 'origin'] },
  ],
  [
    '3.8 REST: no `cookies` in the result (502), every Set-Cookie in the map',
    async () => {
      const result = await resultOf(rest, { headers: cookies });
      return [result.cookies, result.multiValueHeaders['set-cookie']];
    },
    [undefined, cookieTexts],
  ],
  [
    '3.8 REST: what it would rename to x-amzn-Remapped-* is dropped',
    async () =>
      (
        await resultOf(rest, {
          headers: [
            ['date', 'x'],
            ['server', 'x'],
            ['content-length', '3'],
            ['x', 'y'],
          ],
        })
      ).multiValueHeaders,
    { x: ['y'] },
  ],
  [
    '3.8 hop-by-hop fields are dropped (SH, SX, FA, H4 pass them on)',
    async () => {
      const result = await through(api, (_req, res) => {
        res.sendDate = false;
        res
          .writeHead(200, {
            connection: 'keep-alive, x-hop',
            'keep-alive': 'timeout=5',
            'proxy-authenticate': 'Basic',
            'x-hop': '1',
            upgrade: 'h2c',
            'content-type': 'text/plain',
          })
          .end('ok');
      });
      return result.headers;
    },
    { 'content-type': 'text/plain' },
  ],
  [
    '3.8 transfer-encoding of the app is dropped (SH, FA keep it)',
    async () => {
      const result = await through(single, (_req, res) => {
        res.sendDate = false;
        res.writeHead(200, { 'content-type': 'text/plain' }).write('o');
        res.end('k');
      });
      return [result.headers, result.body];
    },
    [{ 'content-type': 'text/plain' }, 'ok'],
  ],
  [
    '3.8 payload 2.0: repeats are joined with ", "',
    async () => (await resultOf(api, { headers: repeated })).headers,
    { vary: 'accept, origin' },
  ],
  [
    '3.8 payload 2.0: Set-Cookie only in cookies[], never split at the comma of Expires',
    async () => {
      const { headers, cookies: list } = await resultOf(api, { headers: cookies });
      return [headers, list];
    },
    [{}, cookieTexts],
  ],
  [
    '3.8 Function URL: no multiValueHeaders, it does not read them',
    async () => (await resultOf(url, { headers: repeated })).multiValueHeaders,
    undefined,
  ],
  [
    '3.8 values are strings in every format',
    async () => {
      const results = await Promise.all(
        [api, url, single, lattice].map((event) =>
          resultOf(event, {
            headers: [
              ['x', '1'],
              ['y', 'true'],
            ],
          }),
        ),
      );
      return results.map(({ headers }) => Object.values(headers).map((value) => typeof value));
    },
    Array(4).fill(['string', 'string']),
  ],
  [
    '3.8 ALB multi: answers in the map of the event',
    async () => Object.keys(await resultOf(multi, { headers: [['x', '1']] })).includes('multiValueHeaders'),
    true,
  ],
  [
    '3.8 ALB multi: repeats once each (SH adds "1, 2")',
    async () => (await resultOf(multi, { headers: repeated })).multiValueHeaders,
    { vary: ['accept', 'origin'] },
  ],
  [
    '3.8 ALB multi: every Set-Cookie',
    async () => (await resultOf(multi, { headers: cookies })).multiValueHeaders['set-cookie'],
    cookieTexts,
  ],
  [
    '3.8 ALB single: answers in the single map',
    async () => (await resultOf(single, { headers: repeated })).headers,
    { vary: 'accept, origin' },
  ],
  [
    '3.8 ALB single: every Set-Cookie, by letter case (SH none, SX, HO first, SR last, H4 joined)',
    async () => (await resultOf(single, { headers: cookies })).headers,
    { 'set-cookie': cookieTexts[0], 'Set-cookie': cookieTexts[1], 'sEt-cookie': cookieTexts[2] },
  ],
  [
    '3.8 ALB single: 300 cookies have 300 names',
    async () =>
      Object.keys(
        (await resultOf(single, { headers: Array.from({ length: 300 }, (_, i): Header => ['set-cookie', `c${i}=1`]) }))
          .headers,
      ).length,
    300,
  ],
  [
    '3.8 Lattice: every Set-Cookie, by letter case',
    async () => Object.values((await resultOf(lattice, { headers: cookies })).headers),
    cookieTexts,
  ],
  [
    '3.8 ALB: statusDescription',
    async () => (await resultOf(single, { status: 418 })).statusDescription,
    "418 I'm a Teapot",
  ],
  [
    '3.8 ALB: statusDescription of a status without a name',
    async () => (await resultOf(multi, { status: 599 })).statusDescription,
    '599 Unknown',
  ],
  [
    '3.8 Lattice: statusDescription',
    async () => (await resultOf(lattice, { status: 404 })).statusDescription,
    '404 Not Found',
  ],
  [
    '3.8 custom reason phrases cannot be delivered',
    async () => (await through(single, (_req, res) => res.writeHead(200, 'Fine').end())).statusDescription,
    '200 OK',
  ],
  [
    '3.8 writeHead(status, message, fields) as the first call loses none (SH, SX, H4 do)',
    async () =>
      (await through(api, (_req, res) => res.writeHead(201, 'Made', { 'x-made': '1' }).end())).headers['x-made'],
    '1',
  ],
  [
    '3.8 latin1 bytes that are UTF-8 are shown as what they mean',
    async () => (await resultOf(api, { headers: [['x', Buffer.from('Zoë').toString('latin1')]] })).headers.x,
    'Zoë',
  ],
  [
    '3.8 latin1 bytes that are no UTF-8 stay U+00xx',
    async () => (await through(api, (_req, res) => res.writeHead(200, { x: 'Zo\u00eb' }).end())).headers.x,
    'Zo\u00eb',
  ],
  [
    '3.8 payload 2.0 HEAD: the app’s content-length, no body',
    async () => {
      const { headers, body } = await resultOf(head('http-api-get'), {
        headers: [
          ['content-length', '1234'],
          ['content-type', 'image/png'],
        ],
      });
      return [headers['content-length'], body];
    },
    ['1234', ''],
  ],
  [
    '3.8 REST HEAD: content-length would be renamed',
    async () => (await resultOf(head('rest-get'), { headers: [['content-length', '1234']] })).multiValueHeaders,
    {},
  ],
  [
    '3.8 ALB HEAD: the app’s content-length, no body',
    async () => (await resultOf(head('alb-single-get'), { headers: [['content-length', '1234']] })).headers,
    { 'content-length': '1234' },
  ],
  [
    '3.8 204: no body, no length, no type',
    async () =>
      resultOf(api, {
        status: 204,
        headers: [
          ['content-type', 'text/plain'],
          ['content-length', '0'],
          ['x', 'y'],
        ],
      }),
    { statusCode: 204, headers: { x: 'y' }, body: '', isBase64Encoded: false },
  ],
  [
    '3.8 204 to HEAD: no length either',
    async () => (await resultOf(head('alb-single-get'), { status: 204, headers: [['content-length', '0']] })).headers,
    {},
  ],
  [
    '3.8 304: no body, its other fields stay',
    async () =>
      resultOf(api, {
        status: 304,
        headers: [
          ['etag', '"a"'],
          ['content-type', 'text/css'],
        ],
        body: Buffer.from('x'),
      }),
    { statusCode: 304, headers: { etag: '"a"', 'content-type': 'text/css' }, body: '', isBase64Encoded: false },
  ],
]);

const every = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const bodies: [string, string | null, Buffer, boolean, string?][] = [
  [
    '3.9 text/plain in latin1 (all six corrupt it)',
    'text/plain; charset=iso-8859-1',
    Buffer.from('café', 'latin1'),
    true,
  ],
  [
    '3.9 text/plain in UTF-16 (all six corrupt it)',
    'text/plain; charset=utf-16',
    Buffer.from('\ufeffhéllo', 'utf16le'),
    true,
  ],
  ['3.9 no content-type, binary (SH, SX, FA, HO, H4, LWA corrupt it)', null, every, true],
  ['3.9 application/octet-stream (SH, SX, FA, H4 corrupt it)', 'application/octet-stream', every, true],
  ['3.9 application/pdf (SH, SX, FA corrupt it)', 'application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ', 'latin1'), true],
  ['3.9 image/png (SH corrupts it)', 'image/png', Buffer.from('89504e470d0a1a0a', 'hex'), true],
  ['3.9 zstd (SH, SX, H4, SR corrupt it)', 'application/json', zstdText, true, 'zstd'],
  ['3.9 gzip', 'text/html', Buffer.from('1f8b0800000000000003', 'hex'), true, 'gzip'],
  ['3.9 a coding whose bytes happen to be UTF-8', 'text/html', Buffer.from('<p>'), true, 'br'],
  ['3.9 content-encoding: identity is none', 'text/html', Buffer.from('<p>é'), false, 'identity'],
  ['3.9 UTF-8 of a textual type is text', 'application/json; charset=utf-8', Buffer.from('{"a":"é"}'), false],
  ['3.9 a textual type without a charset is text where it is UTF-8', 'text/csv', Buffer.from('a;é'), false],
  ['3.9 us-ascii is text', 'text/plain; charset=us-ascii', Buffer.from('abc'), false],
  ['3.9 a textual type whose bytes are no UTF-8', 'text/html', every, true],
  ['3.9 +json and +xml are textual', 'application/vnd.api+json', Buffer.from('{}'), false],
  ['3.9 a font', 'font/woff2', Buffer.from('774f4632000100', 'hex'), true],
];
const events = {
  'HTTP API': api,
  URL: url,
  REST: rest,
  'HTTP API 1.0': fixture('http-api-v1-get'),
  'ALB single': single,
  'ALB multi': multi,
  'Lattice 2.0': lattice,
  'Lattice 1.0': fixture('lattice-v1-get'),
};

/** Whether the JSON of an answer of so many bytes is that of its value. */
async function asJson(event: unknown, size: number): Promise<boolean> {
  const handler = async () => ({ status: 200, ...noise(size) });
  const answered = await answer(event, invocation, { handler, events: settings, stream: false, onRefusal: () => {} });
  if (answered.kind !== 'whole') throw new Error('the answer is a stream');
  return isDeepStrictEqual(JSON.parse(String(answered.json())), JSON.parse(JSON.stringify(answered.value())));
}

facts([
  ...bodies.map(
    ([title, type, bytes, base64, coding]): Fact => [
      `${title}: in all eight shapes the bytes are those of the app`,
      async () => {
        const headers: Header[] = [
          ...(type ? [['content-type', type] as const] : []),
          ...(coding ? [['content-encoding', coding] as const] : []),
        ];
        const results = await Promise.all(
          Object.values(events).map((event) => resultOf(event, { headers, body: bytes })),
        );
        return results.map((result: Result) => [bytesOf(result).equals(bytes), result.isBase64Encoded]);
      },
      Object.keys(events).map(() => [true, base64]),
    ],
  ),
  [
    '3.9 large or small, the JSON of a result is that of its value',
    async () => {
      const answers = Object.values(events).flatMap((event) => [10, largeBytes].map((size) => asJson(event, size)));
      return new Set(await Promise.all(answers));
    },
    new Set([true]),
  ],
  [
    '3.9 REST: text goes out as text, as it decodes base64 only for its media types',
    async () => (await resultOf(rest, { headers: [['content-type', 'text/plain']], body: Buffer.from('héllo') })).body,
    'héllo',
  ],
  [
    '3.9 an empty body is text',
    async () => (await resultOf(url, { headers: [['content-type', 'image/png']] })).isBase64Encoded,
    false,
  ],
]);

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';
const statusThrough = async (bytes: string, end = false) =>
  (
    await throughBytes(
      {
        ...api,
        requestContext: { ...api.requestContext, timeEpoch: 0, http: { ...api.requestContext.http, method: 'POST' } },
      },
      bytes,
      end,
    )
  ).statusCode;

facts([
  [
    '3.10 103 Early Hints is dropped, its bytes are in no body (SH, SX, H4)',
    async () => {
      const result = await through(api, (_req, res) => {
        res.writeEarlyHints({ link: '</a.css>; rel=preload' });
        res.end('ok');
      });
      return [result.statusCode, result.body, result.headers.link];
    },
    [200, 'ok', undefined],
  ],
  [
    '3.10 102 is dropped',
    async () =>
      (
        await through(rest, (_req, res) => {
          res.writeProcessing();
          res.end('ok');
        })
      ).body,
    'ok',
  ],
  [
    '3.10 101 is answered 502',
    () => statusThrough('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    502,
  ],
  [
    '3.10 a request to upgrade reaches the app as an ordinary one',
    async () =>
      (
        await through(
          fixture('alb-single-get', { headers: { upgrade: 'websocket', connection: 'upgrade' } }),
          (req, res) => res.end(String(req.headers.upgrade)),
        )
      ).body,
    'undefined',
  ],
  [
    '3.10 trailers are dropped and end nothing (SH, SX, H4 crash)',
    async () => {
      const result = await through(api, (_req, res) => {
        res.writeHead(200, { trailer: 'x-sum', 'content-type': 'text/plain' });
        res.write('body');
        res.addTrailers({ 'x-sum': '1' });
        res.end();
      });
      return [result.body, result.headers.trailer, result.headers['x-sum']];
    },
    ['body', undefined, undefined],
  ],
  [
    '3.10 chunked: the framing is not in the body (SX leaks it, SH corrupts binary)',
    async () => {
      const result = await through(single, (_req, res) => {
        for (let i = 0; i < 256; i += 16) res.write(every.subarray(i, i + 16));
        res.end();
      });
      return bytesOf(result).equals(every);
    },
    true,
  ],
  [
    '3.10 a body shorter than its content-length is 502, not a short success',
    () => statusThrough(`${ok}content-length: 10\r\n\r\nhalf`, true),
    502,
  ],
  [
    '3.10 chunks without their end are 502',
    () => statusThrough(`${ok}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`, true),
    502,
  ],
  ['3.10 a connection closed before any answer is 502 (SH, SX, FA, H4 hang)', () => statusThrough('', true), 502],
]);
