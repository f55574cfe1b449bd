import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflate } from '../../cli/build/deflate.ts';
import { root } from './project.ts';

const noise = randomFillSync(new Uint8Array(200_000));
const source = readFileSync(join(root, 'package-lock.json'));
/** Every weight is the sum of those before: the deepest tree there can be, deeper than a code may be long. */
const fibonacci = (() => {
  const [bytes, counts] = [[] as number[], [1, 1]];
  while (counts.length < 24) counts.push((counts.at(-1) ?? 0) + (counts.at(-2) ?? 0));
  counts.forEach((count, byte) => {
    for (let i = 0; i < count; i++) bytes.push((byte * 37 + i * i * 11) % 24);
  });
  return Uint8Array.from(bytes);
})();

const contents: readonly (readonly [title: string, content: Uint8Array])[] = [
  ['one byte over and over', new Uint8Array(300_000).fill(97)],
  ['text', source],
  ['more than a block of text', Buffer.concat([source, source, source])],
  ['a few bytes', Buffer.from('aaaaaaaaaaaaaaaaaaaaaaaab')],
  ['codes that would be too long', fibonacci],
  ['noise between repetitions', Buffer.concat([source.subarray(0, 70_000), noise, source.subarray(0, 70_000)])],
  ['a match at the far end of the window', Buffer.concat([source.subarray(0, 32_768), source.subarray(0, 32_768)])],
];

describe('what is deflated', () => {
  it.each(contents)('inflates to the same: %s', (_, content) => {
    const deflated = deflate(content);
    expect(deflated && inflateRawSync(deflated).equals(content)).toBe(true);
  });

  it('inflates to the same at every length', () => {
    for (let length = 40; length < 400; length++) {
      const content = Buffer.concat([source.subarray(500, 500 + length), source.subarray(500, 540)]);
      const deflated = deflate(content);
      expect(deflated === null ? content : inflateRawSync(deflated)).toEqual(content);
    }
  });

  it('is nearly as small as what zlib makes of it', () => {
    expect(deflate(source)?.length).toBeLessThan(source.length * 0.35);
  });

  it('does not depend on what was deflated before', () => {
    const first = deflate(source);
    for (const [, content] of contents) deflate(content);
    expect(deflate(source)).toEqual(first);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(1)],
    ['noise', noise],
  ])('is left as it is where that is no larger: %s', (_, content) => {
    expect(deflate(content)).toBeNull();
  });
});
