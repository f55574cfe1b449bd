/**
 * Structure-aware fuzzing of the proxy.
 *
 *   node scripts/fuzz.mjs N              of both, half each
 *   node scripts/fuzz.mjs --events N     bent events through the conversion, to an ordinary app and back
 *   node scripts/fuzz.mjs --answers N    ordinary requests to an app that answers with hostile bytes
 *   --seed S                             the same cases again
 *   --seconds T                          stop after so many seconds
 *
 * Ends with `fuzz: N runs, N failed`, and exits 1 on a failure.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { withBundle } from './typescript.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  options: {
    events: { type: 'string' },
    answers: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
  },
  allowPositionals: true,
});
const flags = { ...halvesOf(positionals[0]), ...values };
if (flags.events === undefined && flags.answers === undefined) {
  console.error('how many? node scripts/fuzz.mjs N | --events N | --answers N [--seed S] [--seconds T]');
  process.exit(2);
}

const seed = flags.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed');
const seconds = flags.seconds === undefined ? undefined : whole('seconds');
const outcomes = await withBundle(join(root, 'test/fuzz/main.ts'), async (bundle) => {
  const done = [];
  if (flags.events !== undefined) done.push(await run(bundle, 'events', join(root, 'test/fixtures/events')));
  if (flags.answers !== undefined) done.push(await run(bundle, 'answers'));
  return done;
});

const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(`fuzz: ${sum('runs')} runs, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;

/** One thread a processor, each with seeds of its own; the first one has the seed that was asked for. */
async function run(bundle, what, corpus) {
  const runs = whole(what);
  const threads = Math.max(1, Math.min(availableParallelism(), Math.floor(runs / 1_000)));
  const started = performance.now();
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const share = Math.floor((runs * (thread + 1)) / threads) - Math.floor((runs * thread) / threads);
      return inThread(bundle, {
        what,
        corpus,
        options: { runs: share, seed: (seed + thread * 1_000_003) | 0, seconds },
      });
    }),
  );
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  const perSecond = Math.round((sum('runs') * 1_000) / (performance.now() - started));
  console.log(`${what}: seed ${seed}, ${sum('runs')} runs, ${perSecond}/s`);
  for (const { report } of parts) if (report !== '') console.log(report);
  return { runs: sum('runs'), failed: sum('failed') };
}

async function inThread(bundle, work) {
  const source = `
    const { parentPort, workerData: { bundle, what, options, corpus } } = require('node:worker_threads');
    import(bundle).then(async ({ fuzzEvents, fuzzAnswers }) => {
      const outcome = what === 'events' ? await fuzzEvents(options, corpus) : await fuzzAnswers(options);
      parentPort.postMessage(outcome);
    });`;
  const worker = new Worker(source, { eval: true, workerData: { ...work, bundle: pathToFileURL(bundle).href } });
  const [outcome] = await once(worker, 'message');
  return outcome;
}

/** Of a size without a name. */
function halvesOf(size) {
  if (size === undefined) return {};
  const events = Math.ceil(Number(size) / 2);
  return { events, answers: Number(size) - events };
}

function whole(flag) {
  const number = Number(flags[flag]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${flag} takes a whole number`);
  process.exit(2);
}
