/** 3.2: fields of requests, 3.3: cookies. */
import { appSees, clientOf, facts, fixture, seenOf, valuesOf } from './facts.ts';

const bytes = (text: string) => Buffer.from(text).toString('latin1');
const api = (headers: object) => fixture('http-api-get', { headers });
const url = (headers: object) => fixture('function-url-get', { headers });
const rest = (headers: object) =>
  fixture('rest-get', {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, [v]])),
  });
const single = (headers: object) => fixture('alb-single-get', { headers });
const multi = (multiValueHeaders: object) => fixture('alb-multi-get', { multiValueHeaders });

facts([
  [
    '3.2 REST: repeats are in multiValueHeaders only (SH, SR, LWA keep the last)',
    () => valuesOf(fixture('rest-get'), 'x-many'),
    ['first', 'second'],
  ],
  [
    '3.2 HTTP API 1.0: repeats are in multiValueHeaders only',
    () => valuesOf(fixture('http-api-v1-get'), 'x-many'),
    ['first', 'second'],
  ],
  [
    '3.2 REST: repeats reach the app as repeats, once each',
    () => appSees(fixture('rest-get'), 'x-many'),
    ['first', 'second'],
  ],
  [
    '3.2 REST: names arrive capitalised and go on in lower case',
    () => valuesOf(fixture('rest-get'), 'user-agent'),
    ['curl/8.5.0'],
  ],
  [
    '3.2 REST with the single map only (hand-made) uses it',
    () => valuesOf(fixture('rest-get', { multiValueHeaders: null }), 'x-many'),
    ['second'],
  ],
  [
    '3.2 payload 2.0: duplicates come joined and stay so',
    () => valuesOf(fixture('http-api-get'), 'x-many'),
    ['first,second'],
  ],
  [
    '3.2 Function URL: duplicates come joined and stay so',
    () => valuesOf(fixture('function-url-get'), 'x-many'),
    ['first,second'],
  ],
  ['3.2 ALB multi: every value, in order', () => valuesOf(fixture('alb-multi-get'), 'x-many'), ['first', 'second']],
  [
    '3.2 ALB multi: no headers are lost (FA loses all)',
    () => valuesOf(fixture('alb-multi-get'), 'host'),
    ['lb-1234567890.us-east-1.elb.amazonaws.com'],
  ],
  ['3.2 ALB single: the last value is all there is', () => valuesOf(fixture('alb-single-get'), 'x-many'), ['second']],
  [
    '3.2 ALB multi: repeats are not joined with "; " (HO)',
    () => appSees(fixture('alb-multi-get'), 'x-many'),
    ['first', 'second'],
  ],
  ['3.2 Lattice 2.0: lists of values', () => valuesOf(fixture('lattice-v2-get'), 'x-many'), ['first', 'second']],
  [
    '3.2 REST POSTs have no content-length: it is computed',
    () => appSees(fixture('rest-post-binary'), 'content-length'),
    ['8'],
  ],
  [
    '3.2 a stale content-length is not believed (SH, SR forward 999, FA 400)',
    () => appSees(fixture('alb-post-binary'), 'content-length'),
    ['5'],
  ],
  [
    '3.2 a content-length of 1 hides no second request',
    async () =>
      (
        await seenOf(
          fixture('http-api-post-json', { headers: { 'content-length': '1' }, body: 'aGET /admin HTTP/1.1\r\n\r\n' }),
        )
      ).body.length,
    24,
  ],
  [
    '3.2 several content-lengths are not believed',
    () =>
      appSees(
        fixture('alb-multi-get', {
          httpMethod: 'POST',
          multiValueHeaders: { 'content-length': ['1', '2'] },
          body: 'abc',
        }),
        'content-length',
      ),
    ['3'],
  ],
  [
    '3.2 a Content-Length in capitals is not believed',
    () => appSees(fixture('rest-post-binary', { multiValueHeaders: { 'Content-Length': ['1'] } }), 'content-length'),
    ['8'],
  ],
  [
    '3.2 transfer-encoding from a client goes',
    () => appSees(single({ 'transfer-encoding': 'chunked' }), 'transfer-encoding'),
    [],
  ],
  ['3.2 Expect goes, undici throws on it', () => appSees(fixture('function-url-post-multipart'), 'expect'), []],
  [
    '3.2 connection, keep-alive, proxy-connection go',
    async () =>
      (await seenOf(url({ connection: 'close', 'keep-alive': 'timeout=9', 'proxy-connection': 'x' }))).headers.filter(
        ([name]) => /^(keep-alive|proxy-connection)$/.test(name),
      ),
    [],
  ],
  [
    '3.2 te, trailer, upgrade go',
    async () =>
      (await seenOf(single({ te: 'trailers', trailer: 'x', upgrade: 'websocket' }))).headers.filter(([name]) =>
        /^(te|trailer|upgrade)$/.test(name),
      ),
    [],
  ],
  [
    '3.2 fields named in Connection go',
    () => appSees(single({ connection: 'x-hop, close', 'x-hop': '1' }), 'x-hop'),
    [],
  ],
  [
    '3.2 a field of ours named in Connection stays',
    () => appSees(single({ connection: 'x-request-id' }), 'x-request-id'),
    ['request-1'],
  ],
  [
    '3.2 what the front door sets cannot be named away',
    () => appSees(single({ connection: 'x-forwarded-for' }), 'x-forwarded-for'),
    ['198.51.100.20, 203.0.113.7'],
  ],
  [
    '3.2 HTTP API: Unicode values become the bytes that were sent (SR fails, HO encodes)',
    () => valuesOf(fixture('http-api-get'), 'cf-ipcity'),
    [bytes('Srīperumbūdūr')],
  ],
  [
    '3.2 ALB: Unicode values become the bytes that were sent',
    () => appSees(fixture('alb-single-get'), 'cf-ipcity'),
    [bytes('Srīperumbūdūr')],
  ],
  [
    '3.2 Unicode up to U+00FF becomes UTF-8 too, not latin1',
    () => appSees(api({ 'x-name': 'Zoë' }), 'x-name'),
    [bytes('Zoë')],
  ],
  [
    '3.2 CR LF in a value is answered 400',
    () => valuesOf(api({ x: 'a\r\nx-stage: evil' }), 'x'),
    '400 UP_EVENT_HEADER',
  ],
  ['3.2 NUL in a value is answered 400', () => valuesOf(multi({ x: ['a\u0000'] }), 'x'), '400 UP_EVENT_HEADER'],
  [
    '3.2 other C0 characters in a value are answered 400',
    () => valuesOf(rest({ x: 'a\u0007' }), 'x'),
    '400 UP_EVENT_HEADER',
  ],
  [
    '3.2 a name that is no token is answered 400',
    () => valuesOf(single({ 'a b': '1' }), 'host'),
    '400 UP_EVENT_HEADER',
  ],
  [
    '3.2 host falls back to requestContext.domainName',
    () => valuesOf(fixture('http-api-get', { headers: null }), 'host'),
    ['a1b2c3d4e5.execute-api.us-east-1.amazonaws.com'],
  ],
  [
    '3.2 host: the domain name wins over a client’s word',
    () => valuesOf(api({ host: 'evil.example' }), 'host'),
    ['a1b2c3d4e5.execute-api.us-east-1.amazonaws.com'],
  ],
  [
    '3.2 ALB health checks have no host (HO: https://undefined/)',
    () => valuesOf(fixture('alb-health-check'), 'host'),
    ['localhost'],
  ],
  [
    '3.2 a health check is an ordinary request',
    async () => (await seenOf(fixture('alb-health-check'))).line,
    'GET /health',
  ],
  [
    '3.2 a malformed host is answered 400 (SR `_invalid_`, LWA aborts)',
    () => valuesOf(single({ host: 'a b:99999999' }), 'host'),
    '400 UP_EVENT_HEADER',
  ],
  [
    '3.2 a host with a port of five digits is one host',
    () => valuesOf(single({ host: 'a.example:99999' }), 'host'),
    ['a.example:99999'],
  ],
  [
    '3.2 two different hosts are answered 400',
    () => valuesOf(multi({ host: ['a', 'b'] }), 'host'),
    '400 UP_EVENT_HEADER',
  ],
  [
    '3.2 exactly one host reaches the app',
    () => appSees(rest({ Host: 'a.example', host: 'a.example' }), 'host'),
    ['a1b2c3d4e5.execute-api.us-east-1.amazonaws.com'],
  ],
  [
    '3.2 x-forwarded-* of the front door reach the app',
    () => appSees(fixture('http-api-get'), 'x-forwarded-proto'),
    ['https'],
  ],
  ['3.2 x-forwarded-host is not made up', () => appSees(fixture('http-api-get'), 'x-forwarded-host'), []],
  [
    '3.2 a client’s x-amzn-request-context goes',
    () => appSees(single({ 'x-amzn-request-context': '{}' }), 'x-amzn-request-context'),
    [],
  ],
  [
    '3.2 a client’s x-amzn-lambda-context goes, in any case',
    () => appSees(rest({ 'X-Amzn-Lambda-Context': '{}' }), 'x-amzn-lambda-context'),
    [],
  ],
  ['3.2 a client’s x-amz-tenant-id goes', () => appSees(api({ 'x-amz-tenant-id': 'other' }), 'x-amz-tenant-id'), []],
  [
    '3.2 a client’s x-context is overwritten',
    async () => JSON.parse((await appSees(url({ 'X-Context': '{"http":{}}' }), 'x-context'))[0] ?? ''),
    fixture('function-url-get').requestContext,
  ],
  [
    '3.2 a client’s X_Request_Id is not a second one',
    async () =>
      (await seenOf(single({ X_Request_Id: 'a', 'X-REQUEST-ID': 'b' }))).headers.filter(([name]) =>
        /request.id/i.test(name),
      ),
    [['x-request-id', 'request-1']],
  ],
  [
    '3.2 the trace id of the front door is kept',
    () => appSees(fixture('http-api-get'), 'x-amzn-trace-id'),
    ['Root=1-67e1a5f0-0123456789abcdef01234567'],
  ],
  ['3.2 source IP, payload 1.0: identity.sourceIp', () => clientOf(fixture('rest-get')), '203.0.113.7'],
  ['3.2 source IP, payload 2.0: http.sourceIp', () => clientOf(fixture('http-api-get')), '203.0.113.7'],
  [
    '3.2 source IP, ALB: the last of X-Forwarded-For (SH undefined, SX "")',
    () => clientOf(fixture('alb-single-get')),
    '203.0.113.7',
  ],
  ['3.2 source IP, ALB multi: the last of X-Forwarded-For', () => clientOf(fixture('alb-multi-get')), '203.0.113.7'],
  [
    '3.2 source IP, ALB: a spoofed second field does not win',
    () => clientOf(multi({ 'x-forwarded-for': ['198.51.100.9', '203.0.113.7'] })),
    '203.0.113.7',
  ],
  [
    '3.2 source IP, HTTP API: X-Forwarded-For is not believed',
    () => clientOf(api({ 'x-forwarded-for': '192.0.2.1' })),
    '203.0.113.7',
  ],
  ['3.2 source IP, health check: nobody’s', () => clientOf(fixture('alb-health-check')), ''],

  [
    '3.3 HTTP API: cookies[] and no cookie header (FA, LWA join without a space)',
    () => appSees(fixture('http-api-get'), 'cookie'),
    ['session=abc123; theme=dark%20mode'],
  ],
  [
    '3.3 Function URL: cookies[] and the header, taken once',
    () => appSees(fixture('function-url-get'), 'cookie'),
    ['session=abc123; theme=dark%20mode'],
  ],
  [
    '3.3 values are not encoded again',
    () => valuesOf(fixture('http-api-get', { cookies: ['a="x y,z"', 'b=%2B+'] }), 'cookie'),
    ['a="x y,z"; b=%2B+'],
  ],
  [
    '3.3 REST: a plain cookie header',
    () => appSees(fixture('rest-get'), 'cookie'),
    ['session=abc123; theme=dark%20mode'],
  ],
  [
    '3.3 HTTP API 1.0: several lines are joined with "; "',
    () => appSees(fixture('http-api-v1-get'), 'cookie'),
    ['a=1; b=2'],
  ],
  [
    '3.3 ALB multi: several lines are joined with "; "',
    () => appSees(fixture('alb-multi-get'), 'cookie'),
    ['a=1; b=2'],
  ],
  ['3.3 ALB single: a plain cookie header', () => appSees(fixture('alb-single-get'), 'cookie'), ['session=abc123']],
]);
