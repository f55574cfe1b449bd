import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxLineBytes, splitLines } from '../../../proxy/relay/lines.ts';

/** The lines of a stream that arrives in these chunks and then ends; a line that was cut is marked. */
function linesOf(...chunks: (string | Buffer)[]): string[] {
  const seen: string[] = [];
  const lines = splitLines((line, cut) => seen.push(cut ? `${line} [cut]` : line));
  for (const chunk of chunks) lines.write(Buffer.from(chunk));
  lines.end();
  return seen;
}

describe('cutting a stream into lines', () => {
  test.each<[string, (string | Buffer)[], string[]]>([
    ['several lines in one chunk', ['a\nb\nc\n'], ['a', 'b', 'c']],
    ['apex-up.md 3 trap: one line in several chunks', ['a', 'b', 'c\n'], ['abc']],
    ['a chunk that ends between CR and LF', ['a\r', '\nb\r\n'], ['a', 'b']],
    ['CR inside a line stays', ['10%\r20%\r\n'], ['10%\r20%']],
    ['CR inside a line that ends without one', ['10%\r20%\n'], ['10%\r20%']],
    ['empty lines say nothing', ['\n\r\n\n a\n\n'], [' a']],
    ['an unterminated last line is handed out at the end', ['a\nlast'], ['a', 'last']],
    [
      'a character whose bytes arrive apart',
      [Buffer.from([0xe2]), Buffer.from([0x82]), Buffer.from([0xac, 0x0a])],
      ['€'],
    ],
    ['a character that never arrives whole', [Buffer.from([0x61, 0xe2, 0x82])], ['a\ufffd']],
    ['bytes that are no UTF-8', [Buffer.from([0xff, 0x61, 0x0a])], ['\ufffda']],
    ['NUL', ['a\u0000b\n'], ['a\u0000b']],
    ['nothing', [], []],
  ])('%s', (_title, chunks, lines) => {
    expect(linesOf(...chunks)).toEqual(lines);
  });

  test('a line beyond the bound is cut, marked, and the next one is whole', () => {
    const long = 'x'.repeat(maxLineBytes + 1);
    expect(linesOf(long, long, '\nnext\n')).toEqual([`${'x'.repeat(maxLineBytes)} [cut]`, 'next']);
  });

  test('a line of exactly the bound is whole', () => {
    expect(linesOf(`${'x'.repeat(maxLineBytes)}\n`)).toEqual(['x'.repeat(maxLineBytes)]);
  });

  test('the bound is one of bytes, and no character is cut in two', () => {
    const whole = Math.floor(maxLineBytes / 3);
    expect(linesOf(`${'€'.repeat(whole + 1)}\n`)).toEqual([`${'€'.repeat(whole)} [cut]`]);
    expect(linesOf(`${'€'.repeat(whole)}\n`)).toEqual(['€'.repeat(whole)]);
  });

  test('a line that arrives a byte at a time takes no longer than its length', () => {
    const seen: [number, boolean][] = [];
    const lines = splitLines((line, cut) => seen.push([line.length, cut]));
    const byte = Buffer.from('x');
    for (let i = 0; i < maxLineBytes + 10; i++) lines.write(byte);
    lines.end();
    expect(seen).toEqual([[maxLineBytes, true]]);
  });

  test('a line knows of the empty ones before it', () => {
    const seen: [string, boolean][] = [];
    const lines = splitLines((line, _cut, spaced) => seen.push([line, spaced]));
    lines.write(Buffer.from('a\n\n\r\nb\nc\n'));
    expect(seen).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ]);
  });

  test('a flood without any end of line is cut once', () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    expect(linesOf(...Array<Buffer>(64).fill(chunk))).toHaveLength(1);
  });

  test('the chunks make no difference', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(20)), (texts, sizes) => {
        const bytes = Buffer.from(texts.join('\n'));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = 1 + (sizes[i % Math.max(1, sizes.length)] ?? 0);
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(linesOf(...chunks)).toEqual(linesOf(bytes));
      }),
    );
  });
});
