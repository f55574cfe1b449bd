import { expect, test } from 'vitest';
import { tail } from '../../../proxy/relay/tail.ts';

test('keeps the last lines, as many as fit 4096 characters', () => {
  const kept = tail();
  for (let i = 0; i < 1_000; i++) kept.add(`line ${i}`);
  const lines = kept.lines();
  expect(lines.at(-1)).toBe('line 999');
  expect(lines.join('\n').length).toBeLessThanOrEqual(4096);
  expect(lines.length).toBeGreaterThan(400);
});

test('keeps the start of a line that alone is longer', () => {
  const kept = tail();
  kept.add('before');
  kept.add('x'.repeat(10_000));
  expect(kept.lines()).toEqual(['x'.repeat(4096)]);
});
