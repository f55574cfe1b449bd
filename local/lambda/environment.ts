/**
 * One execution environment: a runtime process with whatever it starts, initialised, handed one event at a time, frozen
 * in between, killed at its deadline. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 *
 * One file, because all of it changes one state: what may happen next hangs on what has happened to the others.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { newTraceRoot } from '../trace-root.ts';
import { exitFailure, type Failure, platformFailure, reportedFailure } from './failures.ts';
import { functionLog, type LogSink } from './function-log.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import {
  type Ending,
  endLine,
  initReportLine,
  reportLine,
  startLine,
  timeoutLine,
  timeoutText,
} from './platform-lines.ts';
import { createProcesses } from './processes.ts';
import { runtimeServer, type StreamedResponse } from './runtime-server.ts';

export interface EnvironmentSpec {
  readonly functionName: string;
  readonly functionArn: string;
  readonly version: string;
  readonly handler: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB */
  readonly memorySize: number;
  readonly logGroup: string;
  readonly codeDir: string;
  /** `on-demand` when left out. https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
  readonly initializationType?: 'on-demand' | 'provisioned-concurrency';
  /** X-Ray samples its invocations: `TracingConfig` is `Active`. */
  readonly traced?: boolean;
  /** Milliseconds of an init on demand; 10 s when left out. */
  readonly initLimit?: number;
  /** Program, arguments and variables of the runtime process; see `runtime-command.ts`. */
  readonly command: (endpoint: string, logStream: string) => RuntimeCommand;
}

export interface RuntimeCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly requestId: string;
  /** Whole; empty when the function streams. */
  readonly payload: Buffer;
  /** The function streams its response; whoever gets this must read it or destroy it. */
  readonly stream?: StreamedResponse;
  /** `Unhandled` when the function failed. */
  readonly functionError?: 'Unhandled';
  readonly coldStart: boolean;
  /** Resolves when the environment's log of this invocation is complete. */
  readonly logged: Promise<string>;
}

/** What took its time. */
export interface Times {
  /** Milliseconds until the event was handed over, which is what was left of the init phase. */
  readonly waited: number;
  /** Milliseconds from there to the answer, or to where a stream began. */
  readonly ran: number;
}

/** All bytes of an outcome, as an invocation without streaming gets them. */
export async function wholePayload({ payload, stream }: Pick<Outcome, 'payload' | 'stream'>): Promise<Buffer> {
  return stream ? buffer(stream.body) : payload;
}

/** `busy` until the runtime and all extensions ask for the next event: an answer alone does not free an environment. */
export type EnvironmentState = 'initializing' | 'idle' | 'busy' | 'stopping' | 'dead';

export interface Environment {
  readonly id: string;
  /** Of the runtime; 0 when none runs. */
  pid(): number;
  state(): EnvironmentState;
  /** Milliseconds since it became idle. */
  idleFor(): number;
  /** Runs one event. Waits for the init phase. Never rejects: failures are outcomes. */
  invoke(payload: Uint8Array, clientContext?: string): Promise<Outcome & Times>;
  /** The shutdown phase: a runtime with extensions is asked to end and given a moment. Resolves when all is dead. */
  retire(): Promise<void>;
  /** Kills everything in it at once. */
  kill(): void;
}

export interface EnvironmentEvents {
  /** It is idle or dead now. */
  onSettled(environment: Environment): void;
}

/**
 * `init` until the first init has ended, successfully or not; `init failed` until an invocation comes for which it is
 * repeated; `init again` inside that first invocation; `finishing` while the log of an invocation that is over is
 * completed.
 */
type Phase =
  | 'init'
  | 'init failing'
  | 'init failed'
  | 'init again'
  | 'idle'
  | 'busy'
  | 'finishing'
  | 'stopping'
  | 'dead';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const onDemandInitLimitMs = 10_000;
/** Provisioned: the function's timeout, if it is longer. */
const provisionedInitLimitMs = 130_000;
/** With internal extensions only; #runtimes-lifecycle-shutdown there. */
const shutdownLimitMs = 500;
/** A process the kernel holds in a system call outlives its SIGKILL; AWS's own emulator waits as long. */
const killLimitMs = 2_000;

export async function startEnvironment(
  spec: EnvironmentSpec,
  sink: LogSink,
  events: EnvironmentEvents,
): Promise<Environment> {
  const log = functionLog(spec.logGroup, spec.version, sink);
  const isProvisioned = spec.initializationType === 'provisioned-concurrency';
  let phase: Phase = 'init';
  let running: Invocation | null = null;
  let initStarted = performance.now();
  let initDuration: number | null = null;
  let idleSince = 0;
  let invocations = 0;
  let retirement: Promise<void> | null = null;

  const server = await runtimeServer(
    { functionName: spec.functionName, functionVersion: spec.version, handler: spec.handler },
    {
      onAllWait: () => void onAllWait(),
      onResponse: (_requestId, payload) => running?.answer({ payload }),
      onStream: (_requestId, stream) => running?.answer({ payload: Buffer.alloc(0), stream }),
      onError: (_requestId, { payload }) => running?.answer({ payload, functionError: 'Unhandled' }),
      onInitError: (error) => onFailure(reportedFailure(error)),
    },
  );
  const processes = createProcesses({
    command: runtimeCommand(spec, server.endpoint, log.stream),
    dir: spec.codeDir,
    log,
    memoryLimit: spec.memorySize,
    onExit: (reason) => onFailure(exitFailure(reason)),
  });
  try {
    processes.start();
  } catch (error) {
    // Not every command can be started: a NUL in a variable throws, and an open server would keep the program alive.
    server.close();
    throw error;
  }
  const initTimer = setTimeout(() => void failInit(timedOut(initLimit(spec)), 'timeout'), initLimit(spec));

  async function onAllWait(): Promise<void> {
    if (phase === 'init' || phase === 'init again') return endInit();
    const run = running;
    // A runtime that asks for the next event without having answered has until its deadline to do so.
    if (phase !== 'busy' || !run?.isAnswered()) return;
    phase = 'finishing';
    running = null;
    processes.freeze();
    await finish(run);
    // It may have been retired meanwhile.
    if (phase === 'finishing') becomeIdle();
  }

  function endInit(): void {
    clearTimeout(initTimer);
    // An init inside an invocation is part of its duration.
    if (phase === 'init') initDuration = performance.now() - initStarted;
    if (running) return void deliver(running);
    processes.freeze();
    becomeIdle();
  }

  function becomeIdle(): void {
    phase = 'idle';
    idleSince = performance.now();
    events.onSettled(environment);
  }

  function begin(run: Invocation): void {
    run.begin(spec.timeout * 1000, () => die(timedOut(spec.timeout * 1000), 'timeout'));
  }

  function deliver(run: Invocation): void {
    phase = 'busy';
    processes.thaw();
    begin(run);
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

  function onFailure(failure: Failure): void {
    if (phase === 'init') void failInit(failure, 'error');
    else if (phase !== 'stopping') die(failure, 'error');
  }

  /** On demand, the first init may fail: it is repeated inside the first invocation. */
  async function failInit(failure: Failure, status: Ending['status']): Promise<void> {
    if (isProvisioned) return die(failure, status);
    clearTimeout(initTimer);
    phase = 'init failing';
    const duration = performance.now() - initStarted;
    processes.killRuntime();
    await within(killLimitMs, processes.exited());
    await server.reset();
    await pipesRead();
    log.line(initReportLine({ duration, phase: 'init', ending: { status, errorType: failure.errorType } }));
    // It may have been killed meanwhile.
    if (phase !== 'init failing') return;
    phase = 'init failed';
    if (running) repeatInit(running);
  }

  function repeatInit(run: Invocation): void {
    phase = 'init again';
    initStarted = performance.now();
    begin(run);
    try {
      processes.start();
    } catch (error) {
      die(exitFailure({ error: error as Error }), 'error');
    }
  }

  /**
   * Ends an invocation, which lasts until runtime and extensions wait for the next event, under one deadline, and not
   * until the answer. What the processes printed before they were stopped is still in the pipes, and belongs before
   * END.
   */
  async function finish(run: Invocation, ending?: Ending, memory = processes.peakMemory()): Promise<void> {
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

  function die(failure: Failure, status: Ending['status']): void {
    if (phase === 'dead') return;
    const [before, run] = [phase, running];
    phase = 'dead';
    running = null;
    clearTimeout(initTimer);
    const memory = processes.peakMemory();
    processes.kill();
    server.close();
    if (run) void fail(run, before, { status, errorType: failure.errorType }, memory);
    run?.answer({ payload: failure.payload(run.requestId), functionError: 'Unhandled' });
    events.onSettled(environment);
  }

  /** Ends an invocation that failed. One whose init did not end gets its START line only now. */
  async function fail(run: Invocation, before: Phase, ending: Ending, memory: number): Promise<void> {
    const duration = performance.now() - initStarted;
    await pipesRead();
    if (before === 'init again') log.line(initReportLine({ duration, phase: 'invoke', ending }));
    if (before === 'init') log.line(initReportLine({ duration, phase: 'init', ending }));
    if (before.startsWith('init')) log.line(startLine(run.requestId, spec.version));
    await finish(run, ending, memory);
  }

  function kill(): void {
    die(platformFailure('Sandbox.Killed', 'the environment was retired'), 'error');
  }

  async function shutDown(): Promise<void> {
    if (phase === 'dead' || !server.hasExtensions()) return kill();
    phase = 'stopping';
    clearTimeout(initTimer);
    processes.thaw();
    processes.terminate();
    await within(shutdownLimitMs, processes.exited());
    await pipesRead();
    kill();
  }

  function refuse(run: Invocation): void {
    const { payload } = platformFailure('Sandbox.Killed', 'the environment is gone');
    run.answer({ payload: payload(run.requestId), functionError: 'Unhandled' });
    run.logged(log.takeTail());
    running = null;
  }

  const environment: Environment = {
    id: randomUUID(),
    pid: processes.pid,
    state: () => stateIn(phase),
    idleFor: () => (phase === 'idle' ? performance.now() - idleSince : 0),
    invoke(payload, clientContext) {
      const run = createInvocation(payload, invocations++ === 0, clientContext);
      running = run;
      if (phase === 'idle') deliver(run);
      if (phase === 'init failed') repeatInit(run);
      if (phase === 'dead' || phase === 'stopping') refuse(run);
      return run.outcome;
    },
    retire() {
      retirement ??= shutDown().then(() => within(killLimitMs, processes.exited()));
      return retirement;
    },
    kill,
  };
  return environment;
}

function stateIn(phase: Phase): EnvironmentState {
  if (phase.startsWith('init')) return 'initializing';
  return phase === 'finishing' ? 'busy' : (phase as EnvironmentState);
}

function initLimit({ initializationType, initLimit: limit = onDemandInitLimitMs, timeout }: EnvironmentSpec): number {
  if (initializationType !== 'provisioned-concurrency') return limit;
  return Math.max(provisionedInitLimitMs, timeout * 1000);
}

function runtimeCommand(spec: EnvironmentSpec, endpoint: string, logStream: string): RuntimeCommand {
  const command = spec.command(endpoint, logStream);
  const type = spec.initializationType ?? 'on-demand';
  return { ...command, env: { ...command.env, AWS_LAMBDA_INITIALIZATION_TYPE: type } };
}

function timedOut(milliseconds: number): Failure {
  return platformFailure('Sandbox.Timedout', timeoutText(milliseconds / 1000));
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
