/** `up metrics --watch`: what is on the screen while the next look is read, and how it gets there. */
import { expect, test } from 'vitest';
import { watchLooks } from '../../cli/metrics/watch.ts';

/** Looks of these texts, then the end; the page after each look and before it is shown, and at the end. */
async function pages(texts: readonly string[], redraws: boolean, columns = 80): Promise<string[]> {
  const seen: string[] = [];
  let page = '';
  const write = (text: string) => {
    page += text;
  };
  const left = [...texts];
  const look = async () => {
    seen.push(page);
    const text = left.shift();
    if (text === undefined) throw new Error('the end');
    return { text };
  };
  const watching = watchLooks(
    { columns, redraws, write },
    look,
    ({ text }) => write(`${text}\n`),
    async () => {},
  );
  await expect(watching).rejects.toThrow('the end');
  return seen;
}

test('a look stays on the screen until the next one is read', async () => {
  expect(await pages(['one\nline', 'two'], true)).toEqual(['', 'one\nline\n', 'one\nline\n\u001b[2A\u001b[Jtwo\n']);
});

test('a line that is wider than the terminal is counted as the lines it takes', async () => {
  expect((await pages(['x'.repeat(41), 'two'], true, 20)).at(-1)).toContain('\u001b[3A\u001b[J');
});

test('without colour nothing is written over', async () => {
  expect((await pages(['one', 'two'], false)).at(-1)).toBe('one\ntwo\n');
});
