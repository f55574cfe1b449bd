/** What each front door makes of a result, says by itself, and takes at most. */
import { describe, expect, test } from 'vitest';
import { albFront } from '../../local/gateway/alb.ts';
import type { Answer } from '../../local/gateway/answer.ts';
import type { Failure, Front } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { httpApiFront } from '../../local/gateway/http-api.ts';
import { restApiFront } from '../../local/gateway/rest-api.ts';

const fronts = {
  'HTTP API': httpApiFront({ ApiId: 'abc' }, '2.0', 12_000),
  'HTTP API 1.0': httpApiFront({ ApiId: 'abc' }, '1.0', 12_000),
  'Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'BUFFERED' }),
  'streaming Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'RESPONSE_STREAM' }),
  REST: restApiFront({ apiId: 'abc', stage: 'prod', streams: false }),
  'streaming REST': restApiFront({ apiId: 'abc', stage: 'prod', streams: true }),
  'load balancer': albFront(false),
  'multi-value load balancer': albFront(true),
} satisfies Record<string, Front>;
type Name = keyof typeof fronts;

const megabytes = 1024 * 1024;
const minutes = 60_000;

describe('the limits', () => {
  // http-api-quotas.html, urls-configuration.html, api-gateway-execution-service-limits-table.html, lambda-functions.html
  test.each<[Name, body: number, result: number, timeout: number, streams: boolean]>([
    ['HTTP API', 10 * megabytes, Number.POSITIVE_INFINITY, 12_000, false],
    ['Function URL', 6 * megabytes, 6 * megabytes + 100, 15 * minutes, false],
    ['streaming Function URL', 6 * megabytes, 6 * megabytes + 100, 15 * minutes, true],
    ['REST', 10 * megabytes, Number.POSITIVE_INFINITY, 29_000, false],
    ['streaming REST', 10 * megabytes, Number.POSITIVE_INFINITY, 15 * minutes, true],
    ['load balancer', megabytes, megabytes, 15 * minutes, false],
  ])('of %s', (name, maxBodyBytes, maxResultBytes, timeout, streams) => {
    expect(fronts[name]).toMatchObject({ maxBodyBytes, maxResultBytes, timeout, streams });
  });
});

describe('every answer', () => {
  test.each<[Name, name: string, value: string]>([
    ['HTTP API', 'apigw-requestid', 'one'],
    ['Function URL', 'x-amzn-requestid', 'one'],
    ['REST', 'x-amzn-requestid', 'one'],
    ['load balancer', 'server', 'awselb/2.0'],
  ])('of %s has %s', (door, name, value) => {
    expect(fronts[door].ownHeaders('one')).toEqual([[name, value]]);
  });
});

describe('where nothing else can answer', () => {
  const rows: readonly (readonly [Failure, Name, status: number, text: string])[] = [
    ['not found', 'HTTP API', 404, '{"message":"Not Found"}'],
    ['not found', 'Function URL', 403, '{"Message":"Forbidden"}'],
    ['not found', 'REST', 403, '{"message":"Missing Authentication Token"}'],
    ['not found', 'load balancer', 503, '<title>503 Service Temporarily Unavailable</title>'],
    ['denied', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
    ['denied', 'Function URL', 403, '{"Message":"Forbidden"}'],
    ['denied', 'REST', 500, '{"message":"Internal server error"}'],
    ['denied', 'load balancer', 502, '<title>502 Bad Gateway</title>'],
    ['timeout', 'Function URL', 504, '{"Message":"Gateway Timeout"}'],
    ['timeout', 'load balancer', 504, '<title>504 Gateway Time-out</title>'],
    ['upgrade', 'HTTP API', 400, '{"message":"Bad Request"}'],
    ['upgrade', 'Function URL', 400, '{"Message":"Bad Request"}'],
    ['upgrade', 'REST', 400, '{"message":"Bad Request"}'],
    ['upgrade', 'load balancer', 400, '<title>400 Bad Request</title>'],
  ];

  test.each(rows)('%s is, at the door of %s, a %i', (failure, door, status, text) => {
    const answer = fronts[door].failure(failure);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toContain(text);
  });
});

describe('a result', () => {
  const resultOf = (door: Name, result: object | string | null): Answer | Failure =>
    fronts[door].fromResult(Buffer.from(JSON.stringify(result)));
  const typeOf = (door: Name, result: object): string | undefined => {
    const { headers } = resultOf(door, { statusCode: 200, ...result }) as Answer;
    expect(headers.length).toBeLessThan(2);
    return headers[0]?.join(': ');
  };

  test.each<[Name, withBody: string | undefined, without: string | undefined]>([
    ['HTTP API', 'content-type: text/plain; charset=utf-8', undefined],
    ['Function URL', 'content-type: text/plain; charset=utf-8', undefined],
    ['REST', 'content-type: application/json', 'content-type: application/json'],
    ['HTTP API 1.0', 'content-type: application/json', 'content-type: application/json'],
    ['load balancer', 'content-type: application/octet-stream', undefined],
  ])('at the door of %s is of a type where it names none', (door, withBody, without) => {
    expect(typeOf(door, { body: 'text' })).toBe(withBody);
    expect(typeOf(door, {})).toBe(without);
    const headers = { 'Content-Type': 'text/css' };
    expect(typeOf(door, { body: 'text', headers })).toBe('content-type: text/css');
    const other = { 'X-A': '1' };
    const { headers: all } = resultOf(door, { statusCode: 200, body: 'text', headers: other }) as Answer;
    expect(all.map((field) => field.join(': '))).toEqual(['x-a: 1', withBody]);
  });

  test.each<[what: string, result: object | string | null, body: string]>([
    ['a text', 'hello', 'hello'],
    ['null', null, 'null'],
    ['a list', [1, 2], '[1,2]'],
    ['an object', { a: 1 }, '{"a":1}'],
  ])('that is %s and no more is the body of a 200 of an HTTP API', (_what, result, body) => {
    expect(resultOf('HTTP API', result)).toEqual({
      status: 200,
      headers: [['content-type', 'application/json']],
      body: Buffer.from(body),
    });
  });

  test.each(['connection', 'content-length', 'date', 'server'])('with %s leaves a REST API by another name', (name) => {
    const { headers } = resultOf('REST', { statusCode: 200, headers: { [name]: '1', [`x-${name}`]: '2' } }) as Answer;
    expect(headers.slice(0, 2)).toEqual([
      [`x-amzn-remapped-${name}`, '1'],
      [`x-${name}`, '2'],
    ]);
    const longer = resultOf('REST', { statusCode: 200, headers: { [`${name}-a`]: '1' } }) as Answer;
    expect(longer.headers[0]).toEqual([`${name}-a`, '1']);
  });

  test('of a REST API may have the members that AWS names, and no other', () => {
    const known = { headers: {}, multiValueHeaders: {}, body: '', isBase64Encoded: false, statusDescription: '200 OK' };
    expect(resultOf('REST', { statusCode: 200, ...known })).toMatchObject({ status: 200 });
    expect(resultOf('REST', { statusCode: 200, cookies: [] })).toBe('bad result');
  });

  test.each<Name>([
    'REST',
    'HTTP API 1.0',
    'multi-value load balancer',
  ])('at the door of %s has lists of values or none', (door) => {
    expect(resultOf(door, { statusCode: 200, multiValueHeaders: { a: '1' } })).toBe('bad result');
  });

  test.each([200, '418', 599])('may have the status %j', (statusCode) => {
    expect(resultOf('HTTP API', { statusCode })).toMatchObject({ status: Number(statusCode) });
  });

  test.each([199, 600, 200.5, '0200', '2000', '99', null, [200]])('cannot have the status %j', (statusCode) => {
    expect(resultOf('HTTP API', { statusCode })).toBe('bad result');
  });

  test('is base64 when it says so with true, and with nothing else', () => {
    const bodyOf = (isBase64Encoded: unknown) =>
      (resultOf('HTTP API', { statusCode: 200, body: 'YQ==', isBase64Encoded }) as Answer).body.toString();
    expect([true, false, 'true'].map(bodyOf)).toEqual(['a', 'YQ==', 'YQ==']);
  });
});
