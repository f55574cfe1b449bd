/** What `up start` takes for one change, and names. */
import { expect, test } from 'vitest';
import { createBatch } from '../../cli/commands/start/batch.ts';

/** The names told after the events, each `new` or known before; the names that are there in the end. */
function told(events: readonly (readonly [path: string, isNew: boolean])[], there: readonly string[]) {
  return new Promise<readonly string[]>((resolve) => {
    const batch = createBatch((path) => there.includes(path), resolve);
    for (const [path, isNew] of events) batch.add(path, isNew);
  });
}

test('a file that is saved by another, which is renamed, is named alone', async () => {
  const events = [
    ['sedA1b2C3', true],
    ['app.js', false],
    ['sedA1b2C3', false],
  ] as const;
  expect(await told(events, ['app.js'])).toEqual(['app.js']);
});

test('a file that was there and is removed is a change', async () => {
  expect(
    await told(
      [
        ['pets.js', false],
        ['cats.js', true],
      ],
      ['cats.js'],
    ),
  ).toEqual(['pets.js', 'cats.js']);
});
