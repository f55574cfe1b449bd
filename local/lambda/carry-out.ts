/** What is done about an environment's change of phase: a function for each effect that `phases.ts` may decide on. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newTraceRoot } from '../trace-root.ts';
import type { EnvironmentSpec } from './environment.ts';
import { platformFailure } from './failures.ts';
import type { FunctionLog } from './function-log.ts';
import type { Invocation } from './invocation.ts';
import { type Broken, endingOf, type Reason } from './phases.ts';
import {
  type Ending,
  endLine,
  initReportLine,
  missingLines,
  reportLine,
  startLine,
  timeoutLine,
} from './platform-lines.ts';
import type { Processes } from './processes.ts';
import type { RuntimeServer } from './runtime-server.ts';

/**
 * With internal extensions only.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
const shutdownLimitMs = 500;
/** A process the kernel holds in a system call outlives its SIGKILL; AWS's own emulator waits as long. */
const killLimitMs = 2_000;

/** What an environment is made of. */
export interface Parts {
  readonly spec: EnvironmentSpec;
  readonly log: FunctionLog;
  readonly server: RuntimeServer;
  readonly processes: Processes;
}

export function deliver({ spec, log, server, processes }: Parts, run: Invocation, onDeadline: () => void): void {
  processes.thaw();
  run.begin(spec.timeout * 1000, onDeadline);
  log.line(startLine(run.requestId, spec.version));
  server.deliver({
    requestId: run.requestId,
    deadline: run.deadline(),
    functionArn: spec.functionArn,
    traceId: traceId(spec.traced === true),
    payload: run.payload,
    clientContext: run.clientContext,
  });
}

export function refuse({ log }: Parts, run: Invocation): void {
  const { payload } = platformFailure('Sandbox.Killed', 'the environment is gone');
  run.answer({ payload: payload(run.requestId), functionError: 'Unhandled' });
  run.logged(log.takeTail());
}

export async function removeInit({ log, server, processes }: Parts, reason: Reason, duration: number): Promise<void> {
  processes.killRuntime();
  await exited(processes);
  await server.reset();
  await pipesRead();
  log.line(initReportLine({ duration, phase: 'init', ending: endingOf(reason) }));
}

interface Finished {
  readonly initDuration: number | null;
  /** Left out when all is well. */
  readonly ending?: Ending;
  /** MB; what is measured now when left out. */
  readonly memory?: number;
}

/**
 * Ends an invocation, which lasts until runtime and extensions wait for the next event, under one deadline, and not
 * until the answer. What the processes printed before they were stopped is still in the pipes, and belongs before END.
 */
export async function finish({ spec, log, processes }: Parts, run: Invocation, finished: Finished): Promise<void> {
  const { initDuration, ending, memory = processes.peakMemory() } = finished;
  const duration = run.stop();
  await pipesRead();
  if (ending?.status === 'timeout') log.line(timeoutLine(run.requestId, spec.timeout));
  log.line(endLine(run.requestId));
  log.line(
    reportLine({
      requestId: run.requestId,
      duration,
      initDuration: run.isCold ? initDuration : null,
      memorySize: spec.memorySize,
      maxMemoryUsed: memory,
      ...(ending && { ending }),
    }),
  );
  run.logged(log.takeTail());
}

export function end(parts: Parts, run: Invocation | null, broken: Broken): void {
  const memory = parts.processes.peakMemory();
  parts.processes.kill();
  parts.server.close();
  if (run === null) return;
  void fail(parts, run, broken, memory);
  run.answer({ payload: broken.reason.failure.payload(run.requestId), functionError: 'Unhandled' });
}

async function fail(parts: Parts, run: Invocation, broken: Broken, memory: number): Promise<void> {
  await pipesRead();
  for (const line of missingLines(broken, run.requestId, parts.spec.version)) parts.log.line(line);
  await finish(parts, run, { initDuration: broken.initDuration, ending: endingOf(broken.reason), memory });
}

/** Asks the runtime to end, and gives it a moment. */
export async function askToEnd(processes: Processes): Promise<void> {
  processes.thaw();
  processes.terminate();
  await within(shutdownLimitMs, processes.exited());
  await pipesRead();
}

/** Resolves when the runtime is no more. */
export async function exited(processes: Processes): Promise<void> {
  await within(killLimitMs, processes.exited());
}

function traceId(sampled: boolean): string {
  const parent = randomUUID().replaceAll('-', '').slice(0, 16);
  return `${newTraceRoot()};Parent=${parent};Sampled=${sampled ? 1 : 0}`;
}

async function within(milliseconds: number, ending: Promise<void>): Promise<void> {
  await Promise.race([ending, sleep(milliseconds, undefined, { ref: false })]);
}

/** Two turns of the event loop: one to find the pipes readable, one to have read them. */
async function pipesRead(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}
