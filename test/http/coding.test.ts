import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coding, chooseCoding, codedHeaders, codings, encode, encoder, mayBeCoded } from '../../http/coding.ts';
import type { Headers } from '../../http/headers.ts';
import { decode } from '../support/decode.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 5_000 }),
  // Long runs and repeats, which is what codings are for, and lengths on both sides of what is done at once.
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 3_000 }))
    .map(([part, times]) => Buffer.concat(Array.from({ length: times }, () => part))),
);

describe.each(codings())('%s', (coding) => {
  test('gives back any bytes, whole', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (plain) => {
        expect(decode(await encode(plain, coding), coding).equals(plain)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('gives back any bytes in any chunks, streamed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), async (chunks) => {
        const coded = encoder(coding);
        const [, result] = await Promise.all([pipeline(Readable.from(chunks), coded), buffer(coded)]);
        expect(decode(result, coding).equals(Buffer.concat(chunks))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('does not block for a large body', async () => {
    const order: string[] = [];
    const encoding = encode(Buffer.alloc(1024 * 1024, 'tea '), coding).then(() => order.push('encoded'));
    setImmediate(() => order.push('something else'));
    await encoding;
    expect(order).toEqual(['something else', 'encoded']);
  });
});

test('zstd comes first where Node has it', () => {
  expect(codings()).toEqual('createZstdCompress' in zlib ? ['zstd', 'br', 'gzip'] : ['br', 'gzip']);
});

describe('the coding of a client', () => {
  test.each<[title: string, accept: string[], expected: Coding | null]>([
    ['that says nothing is none', [], null],
    ['that says nothing in the field is none', [''], null],
    ['that is malformed is none', ['gzip;q=7'], null],
    ['may stand on several lines', ['deflate', 'gzip'], 'gzip'],
    ['is br before gzip', ['gzip, deflate, br'], 'br'],
    ['may have its old name (RFC 9110 8.4.1.3)', ['x-gzip'], 'gzip'],
    ['is none where identity is wanted most', ['gzip;q=0.5, identity'], null],
    ['is none where everything is refused (RFC 9110 12.4.1)', ['*;q=0'], null],
    ['is none where identity alone is refused', ['identity;q=0'], null],
  ])('%s', (_title, accept, expected) => {
    expect(
      chooseCoding(
        accept.map((value) => ['accept-encoding', value] as const),
        codings(),
      ),
    ).toBe(expected);
  });
});

describe('an answer may not be coded', () => {
  test.each<[title: string, status: number, headers: Headers]>([
    ['that is interim', 103, []],
    ['without content', 204, []],
    ['that asks for a reset', 205, []],
    ['that is a part', 206, []],
    ['that repeats nothing', 304, []],
    ['that names a range', 200, [['content-range', 'bytes 0-1/2']]],
    ['that is coded', 200, [['content-encoding', 'gzip']]],
    ['that is coded in a way nobody knows', 200, [['content-encoding', 'x-ours']]],
    [
      'that is coded on a second line',
      200,
      [
        ['content-encoding', 'identity'],
        ['content-encoding', 'br'],
      ],
    ],
    ['that forbids it', 200, [['cache-control', 'public, No-Transform']]],
    [
      'that forbids it on a second line',
      200,
      [
        ['cache-control', 'public'],
        ['cache-control', 'no-transform'],
      ],
    ],
    ['with Content-Digest (RFC 9530)', 200, [['content-digest', 'sha-256=:AA==:']]],
    ['with Repr-Digest (RFC 9530)', 200, [['repr-digest', 'sha-256=:AA==:']]],
    ['with Digest (RFC 3230)', 200, [['digest', 'sha-256=AA==']]],
    ['with Content-MD5', 200, [['content-md5', 'AA==']]],
  ])('%s', (_title, status, headers) => {
    expect(mayBeCoded({ status, headers, body: Buffer.from('x') })).toBe(false);
  });

  test.each<[title: string, status: number, headers: Headers]>([
    ['but an ordinary one may', 200, []],
    ['but an error may', 500, []],
    ['but identity is no coding', 200, [['content-encoding', 'Identity']]],
    ['but other directives do not forbid it', 200, [['cache-control', 'no-cache']]],
  ])('%s', (_title, status, headers) => {
    expect(mayBeCoded({ status, headers, body: Buffer.from('x') })).toBe(true);
  });
});

describe('the fields of a coded answer', () => {
  test.each<[title: string, given: Headers, expected: Headers]>([
    ['a strong ETag becomes weak', [['etag', '"a"']], [['etag', 'W/"a"']]],
    ['a weak one stays', [['etag', 'W/"a"']], [['etag', 'W/"a"']]],
    ['the length goes', [['content-length', '5']], []],
    ['identity goes', [['content-encoding', 'identity']], []],
    ['ranges are no longer offered', [['accept-ranges', 'bytes']], []],
    [
      'all others stay, repeats too',
      [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ],
      [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ],
    ],
  ])('%s', (_title, given, expected) => {
    expect(codedHeaders(given, 'br')).toEqual([...expected, ['vary', 'accept-encoding'], ['content-encoding', 'br']]);
  });
});
