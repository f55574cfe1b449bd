/**
 * `npm run attack -- --payloads N [--seed S] [--seconds T]`: N payloads in four event formats against three
 * configurations, on as many threads as there are processors.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type AttackOutcome, attack } from './attack.ts';
import { drawPayloads } from './payloads.ts';

interface Share {
  readonly payloads: number;
  readonly seed: number;
  readonly seconds: number | undefined;
  readonly thread: number;
  readonly threads: number;
}

if (isMainThread) await lead();
else parentPort?.postMessage(await work(workerData));

/** Every thread draws all of them and takes its own. */
function work({ payloads, seed, seconds, thread, threads }: Share): Promise<AttackOutcome> {
  const mine = drawPayloads(payloads, seed).filter((_, index) => index % threads === thread);
  return attack({ payloads: mine, seconds });
}

async function lead(): Promise<void> {
  const { values } = parseArgs({
    options: { payloads: { type: 'string' }, seed: { type: 'string' }, seconds: { type: 'string' } },
  });
  const payloads = whole('payloads', values.payloads) ?? 29_000;
  const seed = whole('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
  const seconds = whole('seconds', values.seconds);
  const threads = availableParallelism();
  const started = performance.now();
  const shares = Array.from({ length: threads }, (_, thread) => ({ payloads, seed, seconds, thread, threads }));
  const outcomes = await Promise.all(shares.map(inThread));
  report(outcomes, seed, (performance.now() - started) / 1_000);
}

function whole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  console.error(`--${flag} takes a whole number`);
  process.exit(2);
}

async function inThread(share: Share): Promise<AttackOutcome> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`a thread ended by itself, with ${code}`);
  });
  const [outcome] = await Promise.race([once(worker, 'message'), ended]);
  ended.catch(() => {});
  return outcome;
}

function report(outcomes: readonly AttackOutcome[], seed: number, seconds: number): void {
  const runs = outcomes.reduce((sum, outcome) => sum + outcome.runs, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const met: Record<string, number> = {};
  for (const outcome of outcomes) {
    for (const [name, times] of Object.entries(outcome.met)) met[name] = (met[name] ?? 0) + times;
  }
  for (const name of Object.keys(met).sort()) console.log(`${String(met[name]).padStart(8)}  ${name}`);
  for (const failure of failures.slice(0, 20)) console.log(failure);
  console.log(`seed ${seed}, ${Math.round(runs / seconds)}/s, ${Math.round(seconds)} s`);
  console.log(`attack: ${runs} runs, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
