/** An answer of ours in place of one that cannot go out: who might have read that one can read why. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Headers } from '../../../http/headers.ts';
import type { HttpResponse } from '../../../http/message.ts';
import { type Result, resultOf } from './converting.ts';

const headers: Headers = [
  ['access-control-allow-origin', 'https://a.example'],
  ['vary', 'Origin'],
  ['etag', '"a"'],
];

function event(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
}

function fieldOf(result: Result, name: string): string | undefined {
  return result.headers?.[name] ?? result.multiValueHeaders?.[name]?.join();
}

test.each<[string, string, Partial<HttpResponse>, number]>([
  ['too large', 'payload-v2-http-api', { headers, body: Buffer.alloc(7_000_000, 1) }, 413],
  ['with too large a header', 'rest-get', { headers: [...headers, ['x-large', 'a'.repeat(20_000)]] }, 413],
])('that of an answer %s has its CORS fields', async (_title, name, res, status) => {
  const result = await resultOf(event(name), res);
  expect(result.statusCode).toBe(status);
  expect(fieldOf(result, 'access-control-allow-origin')).toBe('https://a.example');
  expect(fieldOf(result, 'vary')).toBe('Origin');
  expect(fieldOf(result, 'etag')).toBeUndefined();
});

test('it is not refused in turn when it is these that are too large', async () => {
  const long: Headers = [['access-control-expose-headers', 'a'.repeat(20_000)]];
  const result = await resultOf(event('rest-get'), { headers: long });
  expect(result.statusCode).toBe(413);
  expect(fieldOf(result, 'access-control-expose-headers')).toBeUndefined();
});
