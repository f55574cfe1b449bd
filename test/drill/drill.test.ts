import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProc } from '../support/processes.ts';
import { phases } from './bench.ts';
import { cells, faults } from './faults.ts';
import { drill, nameOf } from './loop.ts';
import { type DrillPackage, makePackage } from './package.ts';

test('every fault of the list is drilled in a phase at least, and says why not in the others', () => {
  const wanted = [...numbered('C', 24), ...numbered('L', 10)];
  expect(faults.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
  for (const { phases: each } of faults) {
    expect(Object.keys(each).toSorted()).toEqual(phases.toSorted());
    expect(Object.values(each).some((play) => typeof play === 'function')).toBe(true);
  }
});

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

describe.runIf(hasProc)('the drill', () => {
  let pack: DrillPackage;
  beforeAll(() => {
    pack = makePackage(fileURLToPath(new URL('../..', import.meta.url)));
  });
  afterAll(() => pack.remove());

  test('finds what it injects answered as promised, one injection of every fault', async () => {
    const last = new Set(faults.map(({ id }) => cells.findLast(({ fault }) => fault.id === id)));
    const { runs, reports, counts } = await drill({
      faults: last.size,
      seed: 1,
      lanes: 4,
      only: (cell) => last.has(cell),
      pack,
    });
    expect(reports).toEqual([]);
    expect(runs).toBe(faults.length);
    expect(counts.size).toBe(new Set([...last].map((cell) => cell && nameOf(cell))).size);
  }, 120_000);
});
