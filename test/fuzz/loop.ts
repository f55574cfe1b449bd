/**
 * The loop of every fuzzer: cases are drawn by the hundreds, run side by side in lanes, and one that fails is drawn again
 * by itself and shrunk.
 */
import fc from 'fast-check';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Stops after so many seconds, whatever has been run. */
  readonly seconds?: number | undefined;
}

export interface Outcome {
  readonly runs: number;
  readonly failed: number;
  readonly perSecond: number;
  /** The seed and the shrunk case of the first failure. */
  readonly report: string;
}

export interface Target<T> {
  readonly arbitrary: fc.Arbitrary<T>;
  /** How many cases run at the same time. */
  readonly lanes: number;
  /** Rejects when a property does not hold. */
  run(input: T, lane: number): Promise<void>;
  /** How to show a case; default: as fast-check does. */
  show?(input: T): string;
}

const chunkSize = 500;

export async function fuzz<T>(target: Target<T>, { runs, seed, seconds = Number.POSITIVE_INFINITY }: FuzzOptions) {
  const strays = watchStrays();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let done = 0;
  let report = '';
  for (let chunk = 0; done < runs && elapsed() < seconds && report === ''; chunk++) {
    const chunkSeed = (seed + chunk) | 0;
    const cases = fc.sample(target.arbitrary, { seed: chunkSeed, numRuns: Math.min(chunkSize, runs - done) });
    const failures = await runAll(target, cases);
    done += cases.length;
    const [first] = failures;
    if (first) report = await explain(target, cases, first, chunkSeed);
    else if (strays.length > 0) report = `seed ${chunkSeed}: nobody handled ${strays.join('; ')}`;
  }
  strays.stop();
  return {
    runs: done,
    failed: report === '' ? 0 : 1,
    perSecond: Math.round(done / elapsed()),
    report,
  } satisfies Outcome;
}

interface Failure {
  readonly index: number;
  readonly error: unknown;
}

async function runAll<T>(target: Target<T>, cases: readonly T[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  let next = 0;
  async function work(lane: number): Promise<void> {
    for (let index = next++; index < cases.length; index = next++) {
      try {
        await target.run(cases[index] as T, lane);
      } catch (error) {
        failures.push({ index, error });
      }
    }
  }
  await Promise.all(Array.from({ length: target.lanes }, (_, lane) => work(lane)));
  return failures.sort((a, b) => a.index - b.index);
}

async function explain<T>(target: Target<T>, cases: readonly T[], { index, error }: Failure, seed: number) {
  const show = target.show ?? ((input: T) => fc.stringify(input));
  const property = fc.asyncProperty(target.arbitrary, (input) => target.run(input, 0));
  const details = await fc.check(property, { seed, path: String(index), numRuns: 1, interruptAfterTimeLimit: 60_000 });
  const from = `--seed ${seed}, case ${index}`;
  if (!details.failed || details.counterexample === null) {
    return `${from}: ${describe(error)}\n  not again when run alone: ${cut(show(cases[index] as T))}`;
  }
  const [smallest] = details.counterexample;
  return `${from}, shrunk ${details.numShrinks} times: ${describe(details.errorInstance)}\n  ${cut(show(smallest))}`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return cut(String(error));
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [cut(`${error.name}: ${error.message}`), ...frames.slice(0, 3)].join('\n');
}

/** Some values are a megabyte. */
function cut(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

/** What nobody awaits ends a runtime, so it is a failure of whatever ran. */
export function watchStrays(): string[] & { stop(): void } {
  const strays: string[] = [];
  const note = (error: unknown) => void strays.push(describe(error));
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  return Object.assign(strays, {
    stop() {
      process.off('unhandledRejection', note);
      process.off('uncaughtException', note);
    },
  });
}

/** A property that must hold; `what` is only put together when it does not. */
export function must(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Error(what());
}
