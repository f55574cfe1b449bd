/**
 * One execution environment: a runtime process with whatever it starts, initialised, handed one event at a time, frozen
 * in between, killed at its deadline. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 *
 * What may happen next hangs on what has happened before: `phases.ts` decides it, `carry-out.ts` does it.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { buffer } from 'node:stream/consumers';
import { askToEnd, deliver, end, exited, finish, type Parts, refuse, removeInit } from './carry-out.ts';
import { exitFailure, type Failure, platformFailure, reportedFailure } from './failures.ts';
import { type FunctionLog, functionLog, type LogSink } from './function-log.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import { type Effect, type EnvironmentState, type Event, newLife, stateIn, transition } from './phases.ts';
import { type Ending, timeoutText } from './platform-lines.ts';
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

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const onDemandInitLimitMs = 10_000;
/** Provisioned: the function's timeout, if it is longer. */
const provisionedInitLimitMs = 130_000;

export async function startEnvironment(
  spec: EnvironmentSpec,
  sink: LogSink,
  events: EnvironmentEvents,
): Promise<Environment> {
  let life = newLife(spec.initializationType === 'provisioned-concurrency', performance.now());
  let invocations = 0;
  let retirement: Promise<void> | null = null;

  const parts = await createParts(spec, functionLog(spec.logGroup, spec.version, sink), {
    happen,
    run: () => life.run,
  });
  const { server, processes } = parts;
  try {
    processes.start();
  } catch (error) {
    // Not every command can be started: a NUL in a variable throws, and an open server would keep the program alive.
    server.close();
    throw error;
  }
  const initTimer = setTimeout(() => happen(failed(timedOut(initLimit(spec)), 'timeout')), initLimit(spec));

  function happen(event: Event): void {
    const { next, effects } = transition(life, event, performance.now());
    life = next;
    if (life.phase !== 'init') clearTimeout(initTimer);
    for (const effect of effects) carryOut(effect);
  }

  function carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'deliver':
        deliver(parts, effect.run, onDeadline);
        break;
      case 'refuse':
        refuse(parts, effect.run);
        break;
      case 'freeze':
        processes.freeze();
        break;
      case 'finish':
        void finish(parts, effect.run, effect).then(() => happen({ kind: 'finished' }));
        break;
      case 'remove init':
        void removeInit(parts, effect.reason, effect.duration).then(() => happen({ kind: 'init removed' }));
        break;
      case 'repeat init':
        repeatInit(effect.run);
        break;
      case 'end':
        end(parts, effect.run, effect);
        break;
      case 'settle':
        events.onSettled(environment);
    }
  }

  function onDeadline(): void {
    happen(ended(timedOut(spec.timeout * 1000), 'timeout'));
  }

  function repeatInit(run: Invocation): void {
    run.begin(spec.timeout * 1000, onDeadline);
    try {
      processes.start();
    } catch (error) {
      happen(ended(exitFailure({ error: error as Error })));
    }
  }

  function kill(): void {
    happen(ended(platformFailure('Sandbox.Killed', 'the environment was retired')));
  }

  async function shutDown(): Promise<void> {
    if (life.phase === 'dead' || !server.hasExtensions()) return kill();
    happen({ kind: 'stopping' });
    await askToEnd(processes);
    kill();
  }

  const environment: Environment = {
    id: randomUUID(),
    pid: processes.pid,
    state: () => stateIn(life.phase),
    idleFor: () => (life.phase === 'idle' ? performance.now() - life.idleSince : 0),
    invoke(payload, clientContext) {
      const run = createInvocation(payload, { isCold: invocations++ === 0, clientContext });
      happen({ kind: 'invoked', run });
      return run.outcome;
    },
    retire() {
      retirement ??= shutDown().then(() => exited(processes));
      return retirement;
    },
    kill,
  };
  return environment;
}

/** What an environment's parts tell it. */
interface Listener {
  happen(event: Event): void;
  /** What it works on. */
  run(): Invocation | null;
}

/** No process runs yet. */
async function createParts(spec: EnvironmentSpec, log: FunctionLog, { happen, run }: Listener): Promise<Parts> {
  const server = await runtimeServer(
    { functionName: spec.functionName, functionVersion: spec.version, handler: spec.handler },
    {
      onAllWait: () => happen({ kind: 'all wait', isAnswered: run()?.isAnswered() ?? false }),
      onResponse: (_requestId, payload) => run()?.answer({ payload }),
      onStream: (_requestId, stream) => run()?.answer({ payload: Buffer.alloc(0), stream }),
      onError: (_requestId, { payload }) => run()?.answer({ payload, functionError: 'Unhandled' }),
      onInitError: (error) => happen(failed(reportedFailure(error))),
    },
  );
  const processes = createProcesses({
    command: runtimeCommand(spec, server.endpoint, log.stream),
    dir: spec.codeDir,
    log,
    memoryLimit: spec.memorySize,
    onExit: (reason) => happen(failed(exitFailure(reason))),
  });
  return { spec, log, server, processes };
}

function runtimeCommand(spec: EnvironmentSpec, endpoint: string, logStream: string): RuntimeCommand {
  const command = spec.command(endpoint, logStream);
  const type = spec.initializationType ?? 'on-demand';
  return { ...command, env: { ...command.env, AWS_LAMBDA_INITIALIZATION_TYPE: type } };
}

function failed(failure: Failure, status: Ending['status'] = 'error'): Event {
  return { kind: 'failed', reason: { failure, status } };
}

function ended(failure: Failure, status: Ending['status'] = 'error'): Event {
  return { kind: 'ended', reason: { failure, status } };
}

function initLimit({ initializationType, initLimit: limit = onDemandInitLimitMs, timeout }: EnvironmentSpec): number {
  if (initializationType !== 'provisioned-concurrency') return limit;
  return Math.max(provisionedInitLimitMs, timeout * 1000);
}

function timedOut(milliseconds: number): Failure {
  return platformFailure('Sandbox.Timedout', timeoutText(milliseconds / 1000));
}
