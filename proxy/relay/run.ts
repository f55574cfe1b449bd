/** One run of the app: its process, what it has printed last, and whether it is on its way out. */
import { performance } from 'node:perf_hooks';
import type { Evidence } from '../../http/error.ts';
import type { Log } from '../../http/log.ts';
import { type Stopwatch, startStopwatch } from './awake.ts';
import { type CaptureOptions, capture } from './capture.ts';
import { hasEnded, hasProcesses, isEnding, isLeaving, sweep } from './descendants.ts';
import { type Drain, drainInto } from './drain.ts';
import type { AppProcess, Exit } from './process.ts';
import type { Address } from './readiness.ts';
import { type LastLine, lastLine, type Tail, tail } from './tail.ts';

/** What becomes of the output of an app. */
export type OutputOptions = Pick<CaptureOptions, 'redaction' | 'requestIds'> & {
  /** Where it goes. */
  readonly log: Log;
  readonly stdout: CaptureOptions['level'];
  readonly stderr: CaptureOptions['level'];
};

export interface Run {
  readonly number: number;
  readonly app: AppProcess;
  readonly stdout: Tail;
  readonly stderr: Tail;
  /** Of both streams. */
  readonly last: LastLine;
  readonly otherPorts: Set<number>;
  /** How long it has been starting. */
  readonly waited: Stopwatch;
  readonly output: readonly Drain[];
  address: Address | null;
  failed: { readonly exit: Exit; readonly evidence: Promise<Evidence> } | null;
}

/** How often it is looked whether the last process of an app has ended. */
const pollMs = 10;
/** A killed process is gone in a millisecond, on a machine that has time for it. */
const longestDyingMs = 1_000;
/** Output of a process that just died may still be in the pipe. */
const drainMs = 100;
/** Silence that means an app has said all about a failure: uvicorn writes its access log first, then the traceback. */
const silentMs = 50;
const longestReasonMs = 200;

/** A process that was started becomes a run whose output is logged. */
export function observe(number: number, app: AppProcess, { log, stdout, stderr, ...common }: OutputOptions): Run {
  const tails = { stdout: tail(), stderr: tail() };
  const last = lastLine();
  return {
    number,
    app,
    ...tails,
    last,
    otherPorts: new Set(),
    waited: startStopwatch(),
    output: [
      drainInto(app.stdout, capture(log, { ...common, level: stdout }, last.into(tails.stdout))),
      drainInto(app.stderr, capture(log, { ...common, level: stderr }, last.into(tails.stderr))),
    ],
    address: null,
    failed: null,
  };
}

/** Until it has printed nothing for a moment, or a longer moment has passed. */
export async function silence({ last }: Run): Promise<void> {
  const until = performance.now() + longestReasonMs;
  for (let seen = -1; seen !== last.count() && performance.now() < until; ) {
    seen = last.count();
    await pause(silentMs);
  }
}

/** Its output to the end, or as much of it as comes in a moment. */
export async function drained({ output }: Run): Promise<void> {
  await Promise.race([Promise.all(output.map(({ closed }) => closed)), pause(drainMs)]);
}

/** Whether it has exited, or does so within `patience` milliseconds. */
export function exitsWithin(run: Run, patience: number): Promise<boolean> {
  return Promise.race([run.app.exited.then(() => true), pause(patience).then(() => ended(run))]);
}

/**
 * Whether the app is exiting with a failure. When its connections are closed, the kernel has already marked the process
 * as exiting.
 */
export async function brokeOff({ app }: Run, patience: number): Promise<boolean> {
  if (app.exit === null && !isLeaving(app.pid)) return false;
  await Promise.race([app.exited, pause(patience)]);
  return app.exit !== null && app.exit.code !== 0;
}

/** Whether the process has ended, which /proc shows before its exit event arrives. */
export async function ended({ app }: Run): Promise<boolean> {
  const until = performance.now() + longestDyingMs;
  while (isEnding(app.pid) && performance.now() < until) await pause(pollMs);
  if (!hasEnded(app.pid)) return false;
  await app.exited;
  return true;
}

/** SIGTERM to its group; SIGKILL to all its processes after `graceMs`. */
export async function end(run: Run, graceMs: number): Promise<void> {
  const { app } = run;
  const until = performance.now() + graceMs;
  app.kill('SIGTERM');
  await Promise.race([app.exited, pause(graceMs)]);
  while (isRunning(app) && performance.now() < until) await pause(pollMs);
  kill(run);
  await app.exited;
  await drained(run);
}

/** With everything that it had started, at once. */
export function kill({ app }: Run): void {
  app.kill('SIGKILL');
  sweep(app.mark);
}

/** Of its group, or of what has left it. */
function isRunning({ isGroupAlive, mark }: AppProcess): boolean {
  return isGroupAlive() || hasProcesses(mark);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
