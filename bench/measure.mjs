/** Costs that can be compared: everything in turns, in an order that changes, so that a busy moment meets all alike. */
import { performance } from 'node:perf_hooks';
import { shuffled } from './pairs.mjs';

/**
 * What one call of each subject takes, in microseconds: the lowest tenth over the rounds, because what else a machine does
 * only ever adds, and adds most to what waits for another process. `subjects`: `{ name: { call, times } }`, `times` being
 * the calls in a row whose mean is one measurement; few of them escape a busy moment more often.
 */
export async function measureCosts(subjects, { rounds, seconds }) {
  const names = Object.keys(subjects);
  const costs = Object.fromEntries(names.map((name) => [name, []]));
  // Warm: what is not compiled yet is not what is measured.
  for (let i = 0; i < warmRounds; i++) for (const name of names) await costOf(subjects[name]);
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < rounds && performance.now() < end; round++) {
    for (const name of shuffled(names)) costs[name].push(await costOf(subjects[name]));
  }
  return Object.fromEntries(names.map((name) => [name, lowestTenth(costs[name])]));
}

const warmRounds = 20;

async function costOf({ call, times }) {
  const started = performance.now();
  for (let i = 0; i < times; i++) await call();
  return ((performance.now() - started) * 1000) / times;
}

function lowestTenth(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)];
}
