/**
 * `npm run drill -- --faults N [--seed S] [--seconds T] [--fault C9] [--phase mid] [--lanes N]`: injects faults
 * into real environments of the local Lambda, and holds what happens to what was promised. Ends with
 * `drill: N runs, N failed`, and exits 1 on a failure.
 */
import { parseArgs } from 'node:util';
import { phases } from './bench.ts';
import { faults } from './faults.ts';
import { drill } from './loop.ts';
import { makePackage } from './package.ts';
import { killAll } from './processes.ts';

const { values, positionals } = parseArgs({
  options: {
    faults: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    fault: { type: 'string' },
    phase: { type: 'string' },
    lanes: { type: 'string', default: '8' },
  },
  allowPositionals: true,
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const pack = makePackage(process.cwd());
const started = performance.now();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
try {
  const { runs, failed, counts, times } = await drill({
    faults: Number(values.faults ?? positionals[0] ?? 500),
    seed,
    lanes: Number(values.lanes),
    ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
    only: ({ fault, phase }) =>
      (values.fault === undefined || fault.id === values.fault) &&
      (values.phase === undefined || phase === values.phase),
    pack,
    signal: interrupted.signal,
    onFailure: (report) => console.log(report),
  });
  console.log(table(counts));
  console.log(`slowest: ${slowest(counts, times)}`);
  console.log(`seed ${seed}, ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  console.log(`drill: ${runs} runs, ${failed} failed`);
  process.exitCode = failed > 0 || runs === 0 || interrupted.signal.aborted ? 1 : 0;
} finally {
  killAll(pack.work);
  pack.remove();
}

/** What is under way fails at once, and with it the drill. */
function interrupt(): void {
  interrupted.abort();
  killAll(pack.work);
}

/** Injections by fault and phase. */
function table(counts: ReadonlyMap<string, number>): string {
  const row = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(7)).join('');
  const rows = faults.map(({ id }) => row([id, ...phases.map((phase) => counts.get(`${id} ${phase}`) ?? '-')]));
  return [row(['', ...phases]), ...rows].join('\n');
}

/** Seconds for each injection. */
function slowest(counts: ReadonlyMap<string, number>, times: ReadonlyMap<string, number>): string {
  const each = [...times].map(([name, time]) => ({ name, seconds: time / 1_000 / (counts.get(name) ?? 1) }));
  const first = each.toSorted((a, b) => b.seconds - a.seconds).slice(0, 12);
  return first.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(', ');
}
