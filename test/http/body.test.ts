import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { chunksOf, discard, readBody, readUpTo } from '../../http/body.ts';

describe('reading a body whole', () => {
  test('gives no bytes for no body', async () => expect(await readBody(null)).toEqual(Buffer.alloc(0)));

  test('gives the very bytes of a view, not of the buffer under it', async () => {
    const whole = new Uint8Array([1, 2, 3, 4, 5]);
    expect([...(await readBody(whole.subarray(1, 4)))]).toEqual([2, 3, 4]);
  });

  test.each([
    ['no chunk', []],
    ['one chunk', [Buffer.from('a€')]],
    ['chunks that part a character', [Buffer.from([0xe2]), Buffer.from([0x82, 0xac])]],
    ['strings', ['a', '€']],
  ])('joins a stream of %s', async (_title, chunks) => {
    const expected = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string)));
    expect(await readBody(Readable.from(chunks))).toEqual(expected);
  });

  test('rejects when the stream fails', async () => {
    const stream = new PassThrough();
    const reading = readBody(stream);
    stream.write('half');
    stream.destroy(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });

  test('rejects when the stream is cut short without a word', async () => {
    const stream = new PassThrough();
    const reading = readBody(stream);
    stream.write('half');
    stream.destroy();
    await expect(reading).rejects.toThrow(/premature/i);
  });
});

describe('reading a stream up to a limit', () => {
  const chunks = () => Readable.from([Buffer.from('abc'), Buffer.from('def')]);

  test('gives all of one that is just as long', async () => {
    expect(String(await readUpTo(chunks(), 6))).toBe('abcdef');
  });

  test('gives nothing of one that is longer, and reads it to its end', async () => {
    const stream = chunks();
    expect(await readUpTo(stream, 5)).toBeNull();
    expect(await readUpTo(chunks(), 2)).toBeNull();
    expect(stream.readableEnded).toBe(true);
  });
});

test.each([
  ['no body', null, []],
  ['bytes', Buffer.from('abc'), ['abc']],
  ['a stream', Readable.from([Buffer.from('a'), Buffer.from('b')]), ['a', 'b']],
])('the chunks of %s are written one after the other', async (_title, body, expected) => {
  const written: string[] = [];
  for await (const chunk of chunksOf(body)) written.push(String(chunk));
  expect(written).toEqual(expected);
});

describe('letting a body go', () => {
  test('destroys the stream, so that the connection behind it is freed', () => {
    const body = new PassThrough();
    discard({ status: 200, headers: [], body });
    expect(body.destroyed).toBe(true);
  });

  test.each([null, new Uint8Array(2)])('has nothing to do for %o', (body) => {
    expect(() => discard({ status: 200, headers: [], body })).not.toThrow();
  });
});
