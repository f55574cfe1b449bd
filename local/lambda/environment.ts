/**
 * One execution environment: a runtime process with whatever it starts, initialised, handed one event at a time, frozen
 * in between, killed at its deadline. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitFailure, type Failure, platformFailure, reportedFailure } from './failures.ts';
import { type Ending, functionLog, type LogSink, reportLine } from './function-log.ts';
import { createInvocation, type Invocation } from './invocation.ts';
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
  invoke(payload: Uint8Array): Promise<Outcome>;
  /** The shutdown phase: a runtime with extensions is asked to end and given a moment. Resolves when all is dead. */
  retire(): Promise<void>;
  /** Kills everything in it at once. */
  kill(): void;
}

export interface EnvironmentEvents {
  /** It is idle or dead now. */
  onSettled(environment: Environment): void;
}

type Phase = 'init' | 'idle' | 'busy' | 'stopping' | 'dead';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const initLimitMs = 10_000;
/** With internal extensions only; #runtimes-lifecycle-shutdown there. */
const shutdownLimitMs = 500;

export async function startEnvironment(
  spec: EnvironmentSpec,
  sink: LogSink,
  events: EnvironmentEvents,
): Promise<Environment> {
  const log = functionLog(spec.logGroup, spec.version, sink);
  let phase: Phase = 'init';
  let running: Invocation | null = null;
  const initStarted = performance.now();
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
    command: spec.command(server.endpoint, log.stream),
    dir: spec.codeDir,
    log,
    onExit: (reason) => onFailure(exitFailure(reason)),
  });
  try {
    processes.start();
  } catch (error) {
    // Not every command can be started: a NUL in a variable throws, and an open server would keep the program alive.
    server.close();
    throw error;
  }
  const initTimer = setTimeout(() => die(timedOut(initLimitMs), 'timeout'), initLimitMs);

  async function onAllWait(): Promise<void> {
    if (phase === 'init') return endInit();
    if (phase !== 'busy') return;
    // A runtime that asks for more without an answer has until its deadline.
    if (running && !running.isAnswered()) return;
    processes.freeze();
    if (running) await finish(running);
    // It may have been retired meanwhile.
    if (phase === 'busy') becomeIdle();
  }

  function endInit(): void {
    clearTimeout(initTimer);
    initDuration = performance.now() - initStarted;
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
    log.line(startLine(run));
    server.deliver({
      requestId: run.requestId,
      deadline: run.deadline(),
      functionArn: spec.functionArn,
      traceId: traceId(),
      payload: run.payload,
    });
  }

  function startLine({ requestId }: Invocation): string {
    return `START RequestId: ${requestId} Version: ${spec.version}`;
  }

  function onFailure(failure: Failure): void {
    if (phase !== 'stopping') die(failure, 'error');
  }

  /**
   * The invocation ends here, not with its answer: runtime and extensions work on under the same deadline. What the
   * processes printed before they were stopped is in the pipes; it belongs before END.
   */
  async function finish(run: Invocation, ending?: Ending, memory = processes.peakMemory()): Promise<void> {
    const duration = run.stop();
    await pipesRead();
    running = null;
    if (ending?.status === 'timeout')
      log.line(`${new Date().toISOString()} ${run.requestId} ${timeoutText(spec.timeout)}`);
    log.line(`END RequestId: ${run.requestId}`);
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
    phase = 'dead';
    clearTimeout(initTimer);
    const memory = processes.peakMemory();
    processes.kill();
    server.close();
    if (running) void finish(running, { status, errorType: failure.errorType }, memory);
    running?.answer({ payload: failure.payload(running.requestId), functionError: 'Unhandled' });
    events.onSettled(environment);
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
    await Promise.race([processes.exited(), sleep(shutdownLimitMs)]);
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
    state: () => (phase === 'init' ? 'initializing' : phase),
    idleFor: () => (phase === 'idle' ? performance.now() - idleSince : 0),
    invoke(payload) {
      const run = createInvocation(payload, invocations++ === 0);
      running = run;
      if (phase === 'idle') deliver(run);
      if (phase === 'dead' || phase === 'stopping') refuse(run);
      return run.outcome;
    },
    retire() {
      retirement ??= shutDown();
      return retirement;
    },
    kill,
  };
  return environment;
}

function timedOut(milliseconds: number): Failure {
  return platformFailure('Sandbox.Timedout', timeoutText(milliseconds / 1000));
}

function timeoutText(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

function traceId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${time}-${randomUUID().replaceAll('-', '').slice(0, 24)};Parent=${randomUUID().replaceAll('-', '').slice(0, 16)};Sampled=0`;
}

/** Two turns of the event loop: one to find the pipes readable, one to have read them. */
async function pipesRead(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}
