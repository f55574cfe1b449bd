import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { remembered } from '../../http/remembered.ts';

const texts = 300;
const textBytes = 60_000;

/** In bytes, after a collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

test('keeps no part of a longer text, though what is found out is the text itself', () => {
  const find = remembered((text) => text.toLowerCase(), { most: texts, longest: 64 });
  const before = heapUsed();
  for (let index = 0; index < texts; index++) {
    const head = Buffer.alloc(textBytes, `x-request-identifier-${index}: `).toString('latin1');
    find(head.slice(0, head.indexOf(':')));
  }
  const kept = heapUsed() - before;
  expect(find('x-request-identifier-7')).toBe('x-request-identifier-7');
  expect(kept).toBeLessThan((texts * textBytes) / 4);
});

test('finds out again what it has no room for, and what is too long', () => {
  const asked: string[] = [];
  const find = remembered(
    (text) => {
      asked.push(text);
      return true;
    },
    { most: 2, longest: 3 },
  );
  for (const text of ['a', 'long', 'b', 'c', 'a', 'long', 'b', 'c']) find(text);
  expect(asked).toEqual(['a', 'long', 'b', 'c', 'long', 'c']);
});
