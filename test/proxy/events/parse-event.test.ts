/** Events that are mostly a body: read around it, and the same as read by JSON, whatever stands where. */
import { describe, expect, test } from 'vitest';
import { Base64, largeBytes } from '../../../proxy/events/base64.ts';
import { readBody } from '../../../proxy/events/fields.ts';
import { malformed, parseEvent } from '../../../proxy/events/parse-event.ts';
import { type Result, wholeOf } from './converting.ts';

const bytes = Buffer.from(Array.from({ length: 100_001 }, (_, index) => (index * 2_654_435_761) >>> 24));
const base64 = bytes.toString('base64');

function read(text: string): { readonly isCut: boolean; readonly value: unknown } {
  const value = parseEvent(Buffer.from(text));
  const isCut = (value as { body?: unknown } | null)?.body instanceof Base64;
  return { isCut, value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
}

const whole = { version: '2.0', headers: { 'x-é': 'ü' }, body: base64, isBase64Encoded: true, last: '"body":"' };

describe('a large body in base64 is left as it is', () => {
  test.each([
    ['where AWS puts it', whole],
    ['by the name of VPC Lattice', { raw_path: '/', is_base64_encoded: true, body: base64 }],
    ['behind a header of that name', { ...whole, headers: { body: 'mine', other: '"body":"' } }],
    ['behind an object of that name', { before: { body: 'x', deep: { body: 'y' } }, ...whole }],
  ])('%s', (_title, event) => {
    expect(read(JSON.stringify(event))).toEqual({ isCut: true, value: event });
  });
});

describe('read by JSON as ever', () => {
  test.each([
    ['a small one', JSON.stringify({ ...whole, body: 'AAAA' })],
    ['one with spaces around', JSON.stringify(whole, null, 2)],
    ['text', JSON.stringify({ ...whole, isBase64Encoded: false })],
    ['text with escapes', JSON.stringify({ ...whole, body: `${'x'.repeat(largeBytes)}"\\` })],
    ['base64 with an escape', JSON.stringify(whole).replace('"body":"', '"body":"\\u0041')],
    ['one that is not the body of the event', JSON.stringify({ headers: { body: base64 }, isBase64Encoded: true })],
    ['one beside another', JSON.stringify({ headers: { body: base64 }, body: 'AAAA', isBase64Encoded: true })],
    ['one that is given twice', JSON.stringify(whole).replace('"last"', '"body":"AAAA","last"')],
    ['a list', JSON.stringify([whole])],
  ])('%s', (_title, text) => {
    expect(read(text)).toEqual({ isCut: false, value: JSON.parse(text) });
  });

  test.each([
    ['what is cut off', JSON.stringify(whole).slice(0, -1)],
    ['a body that never ends', `{"body":"${base64}`],
    ['text', `"body":"${base64}"`.slice(1)],
    ['nothing', ''],
    ['half of a small one', '{"version":"2.0",'],
  ])('%s is malformed', (_title, text) => {
    expect(parseEvent(Buffer.from(text))).toBe(malformed);
    expect(parseEvent(text)).toBe(malformed);
  });

  test('is answered with what is wrong, and the app is not asked', async () => {
    const notAsked = () => Promise.reject(new Error('it was asked'));
    const result = (await wholeOf(malformed, notAsked)) as Result;
    expect(result).toMatchObject({ statusCode: 400, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(String(result.body))).toMatchObject({
      code: 'UP_EVENT_UNSUPPORTED',
      error: 'the event is no JSON',
    });
  });
});

test.each([0, 1, 2, 3, 4, 12_287, 12_288, 12_289, 100_001])('%i bytes there and back', (length) => {
  const some = bytes.subarray(0, length);
  expect(Base64.of(some).toString()).toBe(some.toString('base64'));
  expect(new Base64(Buffer.from(some.toString('base64'))).decode()).toEqual(some);
});

describe('what is no base64 is refused as in a string', () => {
  const at = (index: number, text: string) => base64.slice(0, index) + text + base64.slice(index + text.length);
  test.each([
    ['a letter of another alphabet', at(70_000, 'é')],
    ['a space', at(16_384, ' ')],
    ['padding in the middle', at(16_382, '==')],
    ['a letter too many', `${base64.replace(/=+$/, '')}AA`],
  ])('%s', (_title, body) => {
    const encoded = new Base64(Buffer.from(body));
    expect(() => readBody(encoded, true)).toThrow('not valid base64');
    expect(() => readBody(body, true)).toThrow('not valid base64');
  });

  test('padding may be missing, and the alphabet that of URLs', () => {
    const body = base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
    expect(readBody(new Base64(Buffer.from(body)), true)).toEqual(bytes);
  });
});
