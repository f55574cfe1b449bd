/**
 * `node scripts/checks/interruptions.mjs [--runs N] [--races N] [--seconds T] [--lanes N] [--seed S]
 * [--app function_url|warm|domain|alerts] [--only REGEXP]`: the interruption law for every call of every change and nine faults, or for
 * N of those cases, and deploys at once. Each lane has a platform and an app of its own. Stops before its budget is
 * spent and says what it has left out; ends with `interruptions: N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { type Input, kinds, type Lane, openLane } from './lane.ts';
import { type Case, casesOf, changes, type Held, nothingHeld, runCase } from './law.ts';
import { createRandom, shuffled } from './pick.ts';
import { race } from './races.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: 'all' },
    races: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '3600' },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    app: { type: 'string', default: 'http_api' },
    only: { type: 'string', default: '' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const random = createRandom(seed);
const kind = kinds.find((one) => one === values.app) ?? 'http_api';
/** What a run under way may still take. */
const endSeconds = 5;
const started = performance.now();
const until = started + (Number(values.seconds) - endSeconds) * 1_000;
let [passed, failed, skipped] = [0, 0, 0];

const lanes = await Promise.all(Array.from({ length: Math.max(1, Number(values.lanes)) }, () => openLane(kind)));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => void closeLanes().finally(() => process.exit(code)));
try {
  const cases = await choose(lanes[0] as Lane);
  // Races first: they are few, and the cases fill whatever is left of the budget.
  const races = Array.from({ length: Number(values.races) }, drawRace);
  await Promise.all(lanes.map((lane, index) => runLane(lane, share(races, index), inPairs(share(cases, index)))));
} finally {
  await closeLanes();
}
if (skipped > 0) console.log(`${skipped} left out: the budget is ${values.seconds} s`);
console.log(`seed ${seed}, ${((performance.now() - started) / 1_000).toFixed(0)} s`);
console.log(`interruptions: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function closeLanes(): Promise<void> {
  await Promise.all(lanes.map((lane) => lane.close()));
}

async function choose(lane: Lane): Promise<Case[]> {
  const all = await casesOf(lane);
  await lane.wipe();
  const fitting = all.filter((one) => new RegExp(values.only).test(titleOf(one)));
  const chosen = shuffled(fitting, random).slice(0, values.runs === 'all' ? fitting.length : Number(values.runs));
  console.log(`${all.length} cases, ${chosen.length} of them now`);
  return chosen;
}

/** A removal leaves what a first deploy begins with, and the other way round. */
function inPairs(cases: readonly Case[]): Case[] {
  const [creates = [], updates = [], rollbacks = [], deletes = []] = changes.map((change) =>
    cases.filter((one) => one.change === change),
  );
  const pairs = creates.flatMap((create, index) => [create, ...deletes.slice(index, index + 1)]);
  return [...pairs, ...deletes.slice(creates.length), ...updates, ...rollbacks];
}

function share<T>(items: readonly T[], index: number): T[] {
  return items.filter((_item, number) => number % lanes.length === index);
}

interface Race {
  readonly first: boolean;
  readonly delays: ReadonlyMap<Input, number>;
}

const latestMs = 500;

function drawRace(_: unknown, index: number): Race {
  const inputs = shuffled<Input>(['a', 'b', 'c', 'd', 'e'], random).slice(0, 2 + Math.floor(random() * 4));
  return { first: index % 2 === 0, delays: new Map(inputs.map((input) => [input, Math.floor(random() * latestMs)])) };
}

async function runLane(lane: Lane, races: readonly Race[], cases: readonly Case[]): Promise<void> {
  for (const { first, delays } of races) {
    const kind = first ? 'first deploys' : 'updates';
    await run(`${delays.size} ${kind} at once`, async () => {
      if (first) await lane.wipe();
      return `won by ${await race(lane, delays)}`;
    });
  }
  await lane.wipe();
  let held: Held = nothingHeld();
  for (const one of cases) {
    const ok = await run(titleOf(one), async () => {
      held = await runCase(lane, held, one);
      return '';
    });
    if (ok) continue;
    await lane.wipe();
    held = { ...held, live: null, back: false };
  }
}

async function run(title: string, work: () => Promise<string>): Promise<boolean> {
  if (performance.now() > until) {
    skipped++;
    return true;
  }
  const since = performance.now();
  const took = () => `(${((performance.now() - since) / 1_000).toFixed(1)} s)`;
  try {
    const said = await work();
    passed++;
    console.log(`ok    ${title}${said && `: ${said}`}  ${took()}`);
    return true;
  } catch (error) {
    failed++;
    const { message } = error as Error;
    console.log(`FAIL  ${title}  ${took()}\n${message.replace(/^/gm, '        ')}`);
    return false;
  }
}

function titleOf({ change, operation, nth, fault }: Case): string {
  return `${change}: ${fault} at ${operation}${nth > 1 ? ` ${nth}` : ''}`;
}
