/**
 * `node scripts/checks/interruptions.mjs [--runs N] [--seconds T] [--lanes N] [--seed S] [--only TEXT]`: the interruption law, for every
 * call of every change and nine faults. Ends with `interruptions: N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { openLane } from './lane.ts';
import { type Case, casesOf, type Held, runCase } from './law.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3000' },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
const started = performance.now();
const until = started + Number(values.seconds) * 1_000;
let passed = 0;
let failed = 0;

const first = await openLane();
const all = await casesOf(first);
await first.wipe();
const chosen = shuffled(
  all.filter((one) => new RegExp(values.only).test(titleOf(one))),
  Number(values.seed),
).slice(0, Number(values.runs));
console.log(`${all.length} cases, ${chosen.length} of them now, seed ${values.seed}`);
const count = Math.max(1, Number(values.lanes));
const lanes = [first, ...(await Promise.all(Array.from({ length: count - 1 }, openLane)))];
await Promise.all(
  lanes.map(async (lane, index) => {
    let held: Held = { live: null, url: '', ends: new Map() };
    const mine = chosen.filter((_one, number) => number % count === index);
    for (const one of mine.toSorted((a, b) => (a.change < b.change ? -1 : a.change > b.change ? 1 : 0))) {
      if (performance.now() > until) return;
      const since = performance.now();
      try {
        held = await runCase(lane, held, one);
        passed++;
        console.log(`ok    ${titleOf(one)}  (${((performance.now() - since) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed++;
        console.log(`FAIL  ${titleOf(one)}\n${(error as Error).message}`);
        await lane.wipe();
        held = { ...held, live: null };
      }
    }
  }),
);
for (const lane of lanes) await lane.close();
console.log(`${((performance.now() - started) / 1_000).toFixed(0)} s`);
console.log(`interruptions: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function titleOf({ change, operation, nth, fault }: Case): string {
  return `${change}: ${fault} at ${operation}${nth > 1 ? ` ${nth}` : ''}`;
}

/** The same order for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state;
  };
  return items
    .map((item) => ({ item, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
