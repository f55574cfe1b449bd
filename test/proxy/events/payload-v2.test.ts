/**
 * Rows cite reference/events.md by section and topic, where one says what AWS does. One file, because it is one format,
 * there and back.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpError } from '../../../http/error.ts';
import type { Headers } from '../../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import { detect } from '../../../proxy/events/detect.ts';
import { maxLambdaResultBytes } from '../../../proxy/events/format.ts';
import {
  answering,
  bytesOf,
  fieldOf,
  invocation,
  type Result,
  requestOf,
  resultOf,
  settings,
  wholeOf,
} from './converting.ts';
import { zstdText } from './samples.ts';

type Json = Readonly<Record<string, unknown>>;

/** What an HTTP API sends for `GET /`, in its recorded shape. */
function apiEvent({
  requestContext,
  http,
  ...rest
}: {
  requestContext?: Json;
  http?: Json;
  [key: string]: unknown;
} = {}) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { host: 'abc.execute-api.us-east-1.amazonaws.com', accept: '*/*' },
    isBase64Encoded: false,
    ...rest,
    requestContext: {
      accountId: '000000000000',
      apiId: 'abc',
      domainName: 'abc.execute-api.us-east-1.amazonaws.com',
      stage: '$default',
      timeEpoch: Date.now(),
      ...requestContext,
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'curl', ...http },
    },
  };
}

function urlEvent(event: Parameters<typeof apiEvent>[0] = {}) {
  return apiEvent({
    ...event,
    requestContext: { domainName: 'abc.lambda-url.us-east-1.on.aws', ...event.requestContext },
  });
}

function resultFor(res: Partial<HttpResponse>, method = 'GET'): Promise<Result> {
  return resultOf(apiEvent({ http: { method } }), res);
}

describe('the target', () => {
  const api = (rawPath: unknown, rawQueryString: unknown = '') => apiEvent({ rawPath, rawQueryString });
  const url = (rawPath: unknown, rawQueryString: unknown = '') => urlEvent({ rawPath, rawQueryString });
  const named = (domainName: string, domainPrefix: string) =>
    apiEvent({ rawPath: '/100%/a b', requestContext: { domainName, domainPrefix, apiId: 'abc' } });

  test.each<[topic: string, event: unknown, target: string]>([
    ['3.4 HTTP API hands out a decoded path: a space is encoded again', api('/a b'), '/a%20b'],
    [
      '3.4 HTTP API: non-ASCII is encoded as UTF-8',
      api('/cafÃ©/ü/日本/😀'),
      '/caf%C3%83%C2%A9/%C3%BC/%E6%97%A5%E6%9C%AC/%F0%9F%98%80',
    ],
    ['3.4 HTTP API: a question mark that was part of the path', api('/what?', 'x=1'), '/what%3F?x=1'],
    ['3.4 HTTP API: a hash', api('/c#'), '/c%23'],
    ['3.4 HTTP API: quotes, angles, braces and backticks', api('/"<>`{}'), '/%22%3C%3E%60%7B%7D'],
    ['3.4 HTTP API: a bare percent sign', api('/100%/off'), '/100%25/off'],
    ['3.4 HTTP API: a percent sign before one hex digit', api('/%F/1'), '/%25F/1'],
    ['3.4 HTTP API: what looks encoded is left alone', api('/a%2Fb'), '/a%2Fb'],
    ['3.4 HTTP API: sub-delimiters stay', api("/a:b@c!$&'()*+,;=~"), "/a:b@c!$&'()*+,;=~"],
    ['3.4 HTTP API: a lone surrogate does no harm', api('/\ud800x'), '/%EF%BF%BDx'],
    ['3.4 HTTP API: behind a custom domain, too', named('shop.example.com', 'shop'), '/100%25/a%20b'],
    ['3.4 Function URL: behind a domain that keeps its id', named('abc.example.com', 'abc'), '/100%/a%20b'],
    ['3.4 Function URL hands out the path as sent', url('/a%20b%2Fc'), '/a%20b%2Fc'],
    ['3.4 Function URL: even a malformed escape is verbatim', url('/pa2%Fth/1'), '/pa2%Fth/1'],
    ['3.4 Function URL: an encoded NUL stays encoded', url('/a%00b%0d%0a'), '/a%00b%0d%0a'],
    ['3.4 Function URL: what no request line can carry is encoded', url('/a b'), '/a%20b'],
    ['3.4 dots are not resolved', url('/a/../b/./c/%2e%2e/d'), '/a/../b/./c/%2e%2e/d'],
    ['3.4 `//evil.com/x` is a path', api('//evil.com/x'), '//evil.com/x'],
    ['3.4 an absolute form is a path too', api('http://evil.com/x'), '/http://evil.com/x'],
    ['3.4 the stage of a named stage is part of the path', api('/dev/p'), '/dev/p'],
    [
      '3.4 a missing rawPath falls back to requestContext.http.path',
      apiEvent({ rawPath: null, http: { path: '/p' } }),
      '/p',
    ],
    ['3.4 no path at all is /', apiEvent({ rawPath: undefined, http: { path: null } }), '/'],
    ['3.4 CR, LF are refused', api('/a\r\nX: y'), '400 UP_EVENT_PATH'],
    ['3.4 NUL is refused', url('/a\u0000b'), '400 UP_EVENT_PATH'],
    ['3.4 a path that is no text is refused', api({ toString: 1 }), '400 UP_EVENT_UNSUPPORTED'],
    [
      '3.5 the query is forwarded byte for byte',
      api('/', 'literalPlus=a+b&encodedPlus=a%2Bb&empty='),
      '/?literalPlus=a+b&encodedPlus=a%2Bb&empty=',
    ],
    ['3.5 repeats, order and bare keys survive', url('/', 'b=2&a=1&b=1&foo&=&&%%T%%'), '/?b=2&a=1&b=1&foo&=&&%%T%%'],
    ['3.5 a second question mark stays', api('/', 'a=?'), '/?a=?'],
    ['3.5 what no request line can carry is encoded', api('/', 'a=b c\r\n#é'), '/?a=b%20c%0D%0A%23%C3%A9'],
    ['3.5 an empty query adds no question mark', api('/x', null), '/x'],
  ])('%s', async (_topic, event, target) => {
    expect(await fieldOf(event, 'target')).toBe(target);
  });
});

describe('the method', () => {
  test.each<[topic: string, method: unknown, expected: string]>([
    ['is taken as it is', 'DELETE', 'DELETE'],
    ['may be one nobody knows', 'PURGE', 'PURGE'],
    ['keeps its case', 'get', 'get'],
    ['is GET when missing', undefined, 'GET'],
    ['is GET when null', null, 'GET'],
    ['must be a token', 'GET /admin HTTP/1.1\r\nX:', '400 UP_EVENT_METHOD'],
    ['must be a text', { a: 1 }, '400 UP_EVENT_UNSUPPORTED'],
  ])('%s', async (_topic, method, expected) => {
    expect(await fieldOf(apiEvent({ http: { method } }), 'method')).toBe(expected);
  });
});

describe('the headers', () => {
  const host = 'abc.execute-api.us-east-1.amazonaws.com';
  /** Without a domain name, so that the header's host is the only one. */
  const named = (headers: unknown, rest: Json = {}) =>
    apiEvent({ headers, requestContext: { domainName: null }, ...rest });

  test.each<[topic: string, event: unknown, headers: Headers | string]>([
    [
      '3.2 lower case, joined repeats kept as one',
      named({ Host: 'h', 'X-Many': 'first,second' }),
      [
        ['host', 'h'],
        ['x-many', 'first,second'],
      ],
    ],
    ['3.1 null headers of a console test: host from the domain name', apiEvent({ headers: null }), [['host', host]]],
    ['3.1 headers that are no object count as none', apiEvent({ headers: 'x' }), [['host', host]]],
    ['3.2 the domain name is believed, not the header', apiEvent({ headers: { Host: 'evil' } }), [['host', host]]],
    [
      '3.2 no host and no domain name',
      apiEvent({ headers: {}, requestContext: { domainName: undefined } }),
      [['host', 'localhost']],
    ],
    [
      '3.2 a domain name that could break the request is refused',
      apiEvent({ headers: {}, requestContext: { domainName: 'a\r\nb' } }),
      '400 UP_EVENT_HEADER',
    ],
    ['3.2 two hosts are refused', named({ host: 'a', Host: 'b' }), '400 UP_EVENT_HEADER'],
    [
      '3.2 Unicode values become UTF-8 bytes',
      named({ host: 'h', 'cf-ipcity': 'Srīperumbūdūr' }),
      [
        ['host', 'h'],
        ['cf-ipcity', Buffer.from('Srīperumbūdūr').toString('latin1')],
      ],
    ],
    [
      '3.2 an empty value is a value',
      named({ host: 'h', 'x-empty': '' }),
      [
        ['host', 'h'],
        ['x-empty', ''],
      ],
    ],
    [
      '3.2 a null value is an empty one',
      named({ host: 'h', 'x-null': null }),
      [
        ['host', 'h'],
        ['x-null', ''],
      ],
    ],
    [
      '3.2 numbers and booleans are written out',
      named({ host: 'h', n: 1, b: true }),
      [
        ['host', 'h'],
        ['n', '1'],
        ['b', 'true'],
      ],
    ],
    [
      '3.2 a list is joined',
      named({ host: 'h', l: ['a', 'b'] }),
      [
        ['host', 'h'],
        ['l', 'a,b'],
      ],
    ],
    ['3.2 a list of lists is refused', named({ host: 'h', l: [['a']] }), '400 UP_EVENT_UNSUPPORTED'],
    ['3.2 an object is refused', named({ host: 'h', o: { a: 1 } }), '400 UP_EVENT_UNSUPPORTED'],
    ['3.2 CR LF in a value is refused', named({ host: 'h', x: 'a\r\nSet-Cookie: b' }), '400 UP_EVENT_HEADER'],
    ['3.2 NUL in a value is refused', named({ host: 'h', x: 'a\u0000' }), '400 UP_EVENT_HEADER'],
    [
      '3.2 other control characters in a value are refused',
      named({ host: 'h', x: '\u001b[2J' }),
      '400 UP_EVENT_HEADER',
    ],
    [
      '3.2 a tab in a value is legal',
      named({ host: 'h', x: 'a\tb' }),
      [
        ['host', 'h'],
        ['x', 'a\tb'],
      ],
    ],
    ['3.2 a name that is no token is refused', named({ host: 'h', 'a b': 'x' }), '400 UP_EVENT_HEADER'],
    ['3.2 an empty name is refused', named({ host: 'h', '': 'x' }), '400 UP_EVENT_HEADER'],
    [
      '3.3 HTTP API: cookies[] and no cookie header',
      named({ host: 'h' }, { cookies: ['a=1', 'b=%20"x"'] }),
      [
        ['host', 'h'],
        ['cookie', 'a=1; b=%20"x"'],
      ],
    ],
    [
      '3.3 Function URL: cookies[] and the header: once',
      urlEvent({ headers: { host: 'h', cookie: 'a=1; b=2' }, cookies: ['a=1', 'b=2'] }),
      [
        ['host', 'abc.lambda-url.us-east-1.on.aws'],
        ['cookie', 'a=1; b=2'],
      ],
    ],
    [
      '3.3 an empty cookies[] does not drop the header',
      named({ host: 'h', cookie: 'a=1' }, { cookies: [] }),
      [
        ['host', 'h'],
        ['cookie', 'a=1'],
      ],
    ],
    [
      '3.3 cookies that are no list do no harm',
      named({ host: 'h', cookie: 'a=1' }, { cookies: 'b=2' }),
      [
        ['host', 'h'],
        ['cookie', 'a=1'],
      ],
    ],
    ['3.3 CR LF in a cookie is refused', named({ host: 'h' }, { cookies: ['a=1\r\nx: y'] }), '400 UP_EVENT_HEADER'],
  ])('%s', async (_topic, event, headers) => {
    expect(await fieldOf(event, 'headers')).toEqual(headers);
  });

  test('3.2 may be called __proto__ or constructor, and pollute nothing', async () => {
    const event = JSON.parse(
      JSON.stringify(apiEvent()).replace('"accept"', '"__proto__":"a","constructor":"b","accept"'),
    );
    expect(await fieldOf(event, 'headers')).toEqual([
      ['host', host],
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['accept', '*/*'],
    ]);
    expect(({} as Json).a).toBeUndefined();
  });
});

describe('the body', () => {
  const withBody = (body: unknown, isBase64Encoded: unknown = false) => apiEvent({ body, isBase64Encoded });
  const utf8 = (text: string) => Buffer.from(text);

  test.each<[topic: string, event: unknown, body: Buffer | null | string]>([
    ['3.6 text is UTF-8', withBody('héllo €'), utf8('héllo €')],
    ['3.6 base64 is decoded', withBody('AP+AfQ==', true), Buffer.from([0, 255, 128, 125])],
    ['3.6 base64 may lack its padding', withBody('AP+AfQ', true), Buffer.from([0, 255, 128, 125])],
    ['3.6 text that looks like base64 stays text', withBody('AP+AfQ=='), utf8('AP+AfQ==')],
    ['3.6 null is no body', withBody(null), null],
    ['3.6 a missing one is no body', withBody(undefined), null],
    ['3.6 an empty one is no body', withBody('', true), null],
    ['3.6 an object of a console test is written out', withBody({ a: [1] }), utf8('{"a":[1]}')],
    ['3.6 no base64 is refused', withBody('not base64!', true), '400 UP_EVENT_BODY'],
    ['3.6 base64 of an impossible length is refused', withBody('AAAAA', true), '400 UP_EVENT_BODY'],
    ['3.6 base64 with padding in the middle is refused', withBody('AA==AAAA', true), '400 UP_EVENT_BODY'],
    ['3.6 isBase64Encoded of another type is refused', withBody('AAAA', 'true'), '400 UP_EVENT_BODY'],
    [
      '3.6 one nested deeper than any stack is refused',
      withBody(JSON.parse('['.repeat(200_000) + ']'.repeat(200_000))),
      '400 UP_EVENT_UNSUPPORTED',
    ],
  ])('%s', async (_topic, event, body) => {
    expect(await fieldOf(event, 'body')).toEqual(body);
  });

  test('3.7 of six megabytes is decoded whole', async () => {
    const bytes = Buffer.alloc(4_500_000, 'binary\u0000');
    const body = await fieldOf(withBody(bytes.toString('base64'), true), 'body');
    expect(bytes.equals(body as Buffer)).toBe(true);
  });
});

describe('the context', () => {
  async function contextOf(event: unknown) {
    const context = await fieldOf(event, 'context');
    if (typeof context === 'string') throw new Error(context);
    return context;
  }

  test('3.2 the source IP is the platform’s, whatever x-forwarded-for says', async () => {
    const event = apiEvent({ headers: { host: 'h', 'x-forwarded-for': '203.0.113.9, 192.0.2.7' } });
    expect((await contextOf(event)).clientIp).toBe('192.0.2.7');
  });

  test('passes the request context of the event on', async () => {
    const event = apiEvent({ requestContext: { authorizer: { jwt: { claims: { sub: 'x' } } } } });
    expect((await contextOf(event)).platform).toBe(event.requestContext);
  });

  test.each<[topic: string, event: unknown, deadline: number]>([
    [
      'behind an HTTP API is 29 s after it received the request',
      apiEvent({ requestContext: { timeEpoch: invocation.deadline - 100_000 } }),
      invocation.deadline - 71_000,
    ],
    [
      'is Lambda’s where that is earlier',
      apiEvent({ requestContext: { timeEpoch: invocation.deadline } }),
      invocation.deadline,
    ],
    [
      'behind a Function URL is Lambda’s',
      urlEvent({ requestContext: { timeEpoch: invocation.deadline - 100_000 } }),
      invocation.deadline,
    ],
    [
      'of a replayed event (a console test) is Lambda’s',
      apiEvent({ requestContext: { timeEpoch: 1_583_348_638_390 } }),
      invocation.deadline,
    ],
    [
      'is Lambda’s where the event names no number',
      apiEvent({ requestContext: { timeEpoch: '1583348638390' } }),
      invocation.deadline,
    ],
  ])('the deadline %s', async (_topic, event, deadline) => {
    expect((await contextOf(event)).deadline).toBe(deadline);
  });
});

describe('an event that is none of ours', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a text', 'hello'],
    ['a number', 7],
    ['a list', []],
    ['an empty object', {}],
    ['3.1 a WebSocket', { requestContext: { connectionId: 'a', eventType: 'CONNECT' } }],
    ['3.1 SQS', { Records: [{ eventSource: 'aws:sqs' }] }],
    ['version 2.0 without a context', { version: '2.0', rawPath: '/' }],
    ['version 2.0 with a context of lists', { version: '2.0', requestContext: { http: [] } }],
    ['version as a number', { version: 2, requestContext: { http: {} } }],
  ])('is posted to the app as it is: %s', async (_title, event) => {
    expect(await requestOf(event)).toMatchObject({
      method: 'POST',
      target: '/events',
      body: Buffer.from(JSON.stringify(event ?? null)),
    });
  });

  test.each<[string, unknown, string]>([
    ['3.1 HTTP API, payload 1.0', { version: '1.0', httpMethod: 'GET', path: '/', requestContext: {} }, 'GET /'],
    ['3.1 REST', { resource: '/', httpMethod: 'GET', requestContext: { identity: {} } }, 'GET /'],
    ['3.1 ALB', { requestContext: { elb: {} }, httpMethod: 'GET', path: '/' }, 'GET /'],
    ['3.1 Lattice', { version: '2.0', requestContext: { serviceArn: 'a' }, path: '/', method: 'GET' }, 'GET /'],
  ])('is the request of another format: %s', async (_title, event, line) => {
    const req = await requestOf(event);
    expect(typeof req === 'string' ? req : `${req.method} ${req.target}`).toBe(line);
  });

  test('is told to whoever keeps the log when it cannot be read', async () => {
    const refusals: HttpError[] = [];
    const event = apiEvent({ headers: { a: { b: 1 } } });
    await wholeOf(event, answering({}), { onRefusal: (error) => refusals.push(error) });
    expect(refusals).toMatchObject([{ status: 400, code: 'UP_EVENT_UNSUPPORTED' }]);
  });
});

describe('the result', () => {
  test.each<[topic: string, res: Partial<HttpResponse>, result: Json]>([
    [
      '3.8 repeats are joined by a comma',
      {
        headers: [
          ['vary', 'a'],
          ['vary', 'b'],
        ],
      },
      { headers: { vary: 'a, b' } },
    ],
    [
      '3.8 every set-cookie by itself, never split',
      {
        headers: [
          ['set-cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT'],
          ['set-cookie', 'b=2'],
        ],
      },
      { cookies: ['a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT', 'b=2'], headers: {} },
    ],
    [
      '3.8 the front door counts the length',
      { headers: [['content-length', '999']], body: Buffer.from('abc') },
      { headers: { 'content-type': 'text/plain; charset=utf-8' } },
    ],
    [
      '3.8 UTF-8 values are shown as what they mean',
      { headers: [['x', Buffer.from('€').toString('latin1')]] },
      { headers: { x: '€' } },
    ],
    ['3.8 so is U+FFFD', { headers: [['x', Buffer.from('\ufffd').toString('latin1')]] }, { headers: { x: '\ufffd' } }],
    ['3.8 latin1 values stay', { headers: [['x', 'caf\u00e9']] }, { headers: { x: 'caf\u00e9' } }],
    ['3.8 any status passes', { status: 418 }, { statusCode: 418 }],
    [
      '3.8 a body without a type gets one that is not JSON',
      { body: Buffer.from('{}') },
      { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '{}' },
    ],
    [
      '3.8 a page without a type is HTML',
      { body: Buffer.from('\n <!DOCTYPE html><p>') },
      { headers: { 'content-type': 'text/html; charset=utf-8' } },
    ],
    [
      '3.8 bytes without a type are bytes',
      { body: Buffer.from([255, 0]) },
      { headers: { 'content-type': 'application/octet-stream' }, body: '/wA=', isBase64Encoded: true },
    ],
    [
      '3.8 no body gets no type',
      { status: 302, headers: [['location', '/x']] },
      { headers: { location: '/x' }, body: '', isBase64Encoded: false },
    ],
    [
      '3.8 204 has neither length nor type',
      {
        status: 204,
        headers: [
          ['content-length', '0'],
          ['content-type', 'text/plain'],
          ['x', 'y'],
        ],
      },
      { statusCode: 204, headers: { x: 'y' }, body: '' },
    ],
    [
      '3.8 304 has no body',
      { status: 304, headers: [['etag', '"x"']], body: Buffer.from('lost') },
      { statusCode: 304, headers: { etag: '"x"' }, body: '' },
    ],
  ])('%s', async (_topic, res, result) => {
    expect(await resultFor(res)).toMatchObject(result);
  });

  test('3.8 of HEAD keeps the length the app named, and has no body', async () => {
    const headers: Headers = [
      ['content-type', 'image/png'],
      ['content-length', '1234'],
    ];
    const result = await resultFor({ headers, body: Buffer.from('x') }, 'HEAD');
    expect(result).toEqual({ statusCode: 200, headers: Object.fromEntries(headers), body: '', isBase64Encoded: false });
  });

  test('3.8 may hold a field called __proto__ or constructor', async () => {
    const result = await resultFor({
      headers: [
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['constructor', 'c'],
      ],
    });
    expect(JSON.stringify(result.headers)).toBe('{"__proto__":"a","constructor":"b, c"}');
  });

  const every = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  test.each<[topic: string, type: string | null, bytes: Buffer, isBase64Encoded: boolean, coding?: string]>([
    ['UTF-8 JSON is text', 'application/json', Buffer.from('{"a":"é€😀"}'), false],
    ['a +json type is text', 'application/problem+json; charset=UTF-8', Buffer.from('{}'), false],
    ['text with a quoted charset is text', 'text/html;charset="utf-8"', Buffer.from('<p>é'), false],
    ['a byte order mark stays', 'text/plain', Buffer.from('\ufeffabc'), false],
    ['NUL and U+2028 in text stay', 'text/plain', Buffer.from('a\u0000b\u2028'), false],
    ['every byte there is', 'application/octet-stream', every, true],
    ['every byte there is, under a lying type', 'text/plain', every, true],
    ['latin1 text', 'text/plain; charset=iso-8859-1', Buffer.from('café', 'latin1'), true],
    ['latin1 text that is valid UTF-8 by chance', 'text/plain; charset=iso-8859-1', Buffer.from('Ã©', 'latin1'), true],
    ['utf-16 text', 'text/plain; charset=utf-16', Buffer.from('héllo', 'utf16le'), true],
    ['utf-16 text that names no charset', 'text/plain', Buffer.from('\ufeffh\u0000é', 'utf16le'), true],
    ['zstd of JSON', 'application/json', zstdText, true, 'zstd'],
    ['what calls itself brotli but is text', 'text/plain', Buffer.from('plain'), true, 'br'],
    ['identity is no coding', 'text/plain', Buffer.from('plain'), false, 'identity'],
    ['a picture', 'image/png', Buffer.from('89504e470d0a1a0a', 'hex'), true],
    ['a picture in text', 'image/svg+xml', Buffer.from('<svg/>'), false],
    ['a document', 'application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ', 'latin1'), true],
    ['no type and no text', null, every, true],
    ['surrogates in UTF-8', 'text/plain', Buffer.from('eda080', 'hex'), true],
  ])('3.9 the bytes are identical: %s', async (_topic, type, bytes, isBase64Encoded, coding) => {
    const headers: Headers = [
      ...(type ? [['content-type', type] as const] : []),
      ...(coding ? [['content-encoding', coding] as const] : []),
    ];
    const result = await resultFor({ headers, body: bytes });
    expect(bytesOf(result).equals(bytes)).toBe(true);
    expect(result.isBase64Encoded).toBe(isBase64Encoded);
  });
});

describe('3.7 a result larger than Lambda takes', () => {
  /** The largest body that still fits, as text with one byte per character. */
  async function textOf(length: number): Promise<Result> {
    return resultFor({ headers: [['content-type', 'text/plain']], body: Buffer.alloc(length, 'x') });
  }

  test('becomes 413, which names the size, the limit and what to do', async () => {
    const result = await textOf(6_300_000);
    const { error, code, requestId } = JSON.parse(result.body);
    expect(result.statusCode).toBe(413);
    expect({ code, requestId }).toEqual({ code: 'UP_RESPONSE_TOO_LARGE', requestId: 'request-1' });
    expect(error).toMatch(
      /takes 6300\d{3} bytes .* 6291556 are allowed: send less, compress it, stream it or put it into S3/,
    );
    expect(result.headers['cache-control']).toBe('no-store');
  });

  test('is judged by the byte', async () => {
    const envelope = JSON.stringify(await textOf(1)).length - 1;
    const largest = await textOf(maxLambdaResultBytes - envelope);
    expect(largest.statusCode).toBe(200);
    expect(JSON.stringify(largest)).toHaveLength(maxLambdaResultBytes);
    expect((await textOf(maxLambdaResultBytes - envelope + 1)).statusCode).toBe(413);
  });

  test.each<[string, Buffer]>([
    ['base64 takes a third more', Buffer.alloc(4_800_000, 255)],
    ['control characters take six bytes of JSON each', Buffer.alloc(1_100_000, 1)],
    ['characters take the bytes of their UTF-8', Buffer.from('€'.repeat(2_200_000))],
  ])('is judged as JSON: %s', async (_title, body) => {
    const result = await resultFor({ headers: [['content-type', 'text/plain']], body });
    expect(result.statusCode).toBe(413);
  });

  test('is told to whoever keeps the log, with its code', async () => {
    const refusals: HttpError[] = [];
    const handler = answering({ body: Buffer.alloc(7_000_000) });
    await wholeOf(apiEvent(), handler, { onRefusal: (error) => refusals.push(error) });
    expect(refusals).toMatchObject([{ status: 413, code: 'UP_RESPONSE_TOO_LARGE' }]);
  });
});

describe('whatever the event holds', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, undefined, 0, 1, true, '', '\r\n', '%'),
    fc.jsonValue(),
  );
  const anyHeaders = fc.oneof(fc.dictionary(fc.string(), scalar), scalar);
  const anyEvent = fc.oneof(
    fc.jsonValue(),
    fc.record({
      version: fc.constant('2.0'),
      rawPath: scalar,
      rawQueryString: scalar,
      cookies: fc.oneof(fc.array(scalar), scalar),
      headers: anyHeaders,
      body: scalar,
      isBase64Encoded: fc.oneof(fc.boolean(), scalar),
      requestContext: fc.record({
        http: fc.record({ method: scalar, path: scalar, sourceIp: scalar }),
        domainName: scalar,
        timeEpoch: scalar,
      }),
    }),
  );

  test('the answer is a valid result, and what reaches the app is legal HTTP with a deadline', async () => {
    const seen = async (req: HttpRequest): Promise<HttpResponse> => {
      expect(req.target).toMatch(/^\/[\u0021-\u007e]*$/);
      expect(req.method).toMatch(/^[\u0021-\u007e]+$/);
      for (const [name, value] of req.headers)
        expect(`${name}: ${value}`).toMatch(/^[!-9;-~]+: [\t\u0020-\u007e\u0080-\u00ff]*$/);
      expect(req.context.deadline).toBeLessThanOrEqual(invocation.deadline);
      return { status: 200, headers: [], body: req.body };
    };
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        const value = await wholeOf(event, seen).catch((error: unknown) => error);
        // Not one of the formats: then the result is whatever JSON the app answers with, or a failed invocation.
        if (detect(event, settings).name === 'other') return;
        const result = value as Result;
        expect([200, 400]).toContain(result.statusCode);
        expect(typeof result.body).toBe('string');
        expect(typeof result.isBase64Encoded).toBe('boolean');
        expect(Object.values(result.headers).every((value) => typeof value === 'string')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the bytes of the app arrive as they were, whatever it says of them', async () => {
    const types = fc.constantFrom(
      'text/plain',
      'application/json',
      'text/html; charset=latin1',
      'image/png',
      'nonsense',
      '',
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), types, fc.constantFrom('', 'gzip', 'identity'), async (bytes, type, coding) => {
        const headers: Headers = [
          ['content-type', type],
          ['content-encoding', coding],
        ];
        const result = await resultFor({ headers, body: bytes });
        expect(bytesOf(result).equals(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('the bytes of the client arrive as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        const event = apiEvent({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true });
        expect(Buffer.from(bytes).equals((await fieldOf(event, 'body')) as Buffer)).toBe(true);
      }),
    );
  });
});
