import { describe, expect, test } from 'vitest';
import { recordsOf } from './records.ts';

describe('a record beyond the bounds', () => {
  test('of lines is cut, marked, and the rest is the next one', () => {
    const lines = Array.from({ length: 1_500 }, (_, i) => `  ${i}`);
    expect(recordsOf(`head\n${lines.join('\n')}\n`)).toEqual([
      `${['head', ...lines.slice(0, 999)].join('\n')} [cut]`,
      lines.slice(999).join('\n'),
    ]);
  });

  test('of a message is no message', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    expect(recordsOf(`Error: x\n${lines.join('\n')}\n    at a\n`)).toEqual([
      'Error: x',
      ...lines.slice(0, -1),
      'line 59\n    at a',
    ]);
  });

  test('of size is cut, marked, and the rest is the next one', () => {
    const line = `  ${'x'.repeat(100_000)}`;
    expect(recordsOf(`head\n${line}\n${line}\n${line}\n`)).toEqual([`head\n${line}\n${line} [cut]`, line]);
  });

  test('still knows how it began', () => {
    const frames = Array.from({ length: 1_500 }, () => '  File "a.py"');
    const records = recordsOf(`Traceback (most recent call last):\n${frames.join('\n')}\nRecursionError: x\ny\n`);
    expect(records.map((record) => record.split('\n').at(-1))).toEqual([
      '  File "a.py" [cut]',
      'RecursionError: x',
      'y',
    ]);
  });
});
