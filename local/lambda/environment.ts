/**
 * One execution environment: a runtime process with whatever it starts, initialised once, handed one event at a time,
 * frozen in between, killed at its deadline. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type FunctionLog, functionLog, type LogSink, reportLine } from './function-log.ts';
import { freezeTree, killMarked, killTree, peakMemory, thaw } from './process-tree.ts';
import {
  failure,
  type RuntimeFailure,
  type RuntimeServer,
  runtimeServer,
  type StreamedResponse,
} from './runtime-server.ts';

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

/** `busy` until the runtime asks for the next event: an answer alone does not free an environment. */
export type EnvironmentState = 'initializing' | 'idle' | 'busy' | 'dead';

export interface Environment {
  readonly id: string;
  readonly pid: number;
  state(): EnvironmentState;
  /** Milliseconds since it became idle. */
  idleFor(): number;
  /** Runs one event. Waits for the init phase. Never rejects: failures are outcomes. */
  invoke(payload: Uint8Array): Promise<Outcome>;
  /** Kills everything in it. */
  kill(): void;
}

export interface EnvironmentEvents {
  /** It is idle or dead now. */
  onSettled(environment: Environment): void;
}

type Settled = Pick<Outcome, 'payload' | 'stream' | 'functionError'>;

interface Running {
  readonly requestId: string;
  readonly started: number;
  readonly payload: Uint8Array;
  readonly cold: boolean;
  deadline: NodeJS.Timeout | undefined;
  answered: boolean;
  settle(result: Settled): void;
  logged(tail: string): void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const initLimitMs = 10_000;

export async function startEnvironment(
  spec: EnvironmentSpec,
  sink: LogSink,
  events: EnvironmentEvents,
): Promise<Environment> {
  const log = functionLog(spec.logGroup, spec.version, sink);
  const id = randomUUID();
  const started = performance.now();
  let state: EnvironmentState = 'initializing';
  let running: Running | null = null;
  let frozen: number[] = [];
  let idleSince = 0;
  let initDuration: number | null = null;
  let invocations = 0;

  const server = await runtimeServer(
    { functionName: spec.functionName, functionVersion: spec.version, handler: spec.handler },
    {
      onNext: () => void onNext(),
      onResponse: (_requestId, payload) => settle({ payload }),
      onStream: (_requestId, stream) => settleStream(stream),
      onError: (_requestId, error) => settle({ payload: error.payload, functionError: 'Unhandled' }),
      onInitError: (error) => die(error),
    },
  );
  const child = launchOrClose(spec, server, log);
  const initTimer = setTimeout(() => {
    die(failure('Sandbox.Timedout', `Init phase did not end within ${initLimitMs / 1000} s`));
  }, initLimitMs);
  child.once('exit', (code, signal) => die(exitFailure(code, signal)));
  child.once('error', (error) => die(failure('Runtime.InvalidEntrypoint', error.message)));

  async function onNext(): Promise<void> {
    if (state === 'initializing') {
      clearTimeout(initTimer);
      initDuration = performance.now() - started;
      state = 'idle';
      if (running) return deliver(running);
    }
    frozen = freezeTree(child.pid ?? 0);
    if (running) await finish(running);
    if (state === 'dead') return;
    state = 'idle';
    idleSince = performance.now();
    events.onSettled(environment);
  }

  function deliver(run: Running): void {
    state = 'busy';
    thaw(frozen);
    frozen = [];
    const deadline = Date.now() + spec.timeout * 1000;
    run.deadline = setTimeout(() => onTimeout(run), spec.timeout * 1000);
    log.line(`START RequestId: ${run.requestId} Version: ${spec.version}`);
    server.deliver({
      requestId: run.requestId,
      deadline,
      functionArn: spec.functionArn,
      traceId: traceId(),
      payload: run.payload,
    });
  }

  function settle(result: Settled): void {
    if (!running || running.answered) return;
    running.answered = true;
    clearTimeout(running.deadline);
    running.settle(result);
  }

  /** The deadline holds for the whole stream, not for its first byte. */
  function settleStream(stream: StreamedResponse): void {
    const run = running;
    if (!run || run.answered) return;
    run.answered = true;
    run.settle({ payload: Buffer.alloc(0), stream });
    void stream.ended.then(() => clearTimeout(run.deadline));
  }

  /** What the processes printed before they were stopped is in the pipes; it belongs before END. */
  async function finish(run: Running, status?: 'timeout' | 'error'): Promise<void> {
    const duration = performance.now() - run.started;
    await pipesRead();
    running = null;
    log.line(`END RequestId: ${run.requestId}`);
    log.line(
      reportLine({
        requestId: run.requestId,
        duration,
        initDuration: run.cold ? initDuration : null,
        memorySize: spec.memorySize,
        maxMemoryUsed: peakMemory(child.pid ?? 0),
        ...(status && { status }),
      }),
    );
    run.logged(log.takeTail());
  }

  function onTimeout(run: Running): void {
    const message = `RequestId: ${run.requestId} Error: Task timed out after ${spec.timeout.toFixed(2)} seconds`;
    log.line(`${new Date().toISOString()} ${run.requestId} Task timed out after ${spec.timeout.toFixed(2)} seconds`);
    die(failure('Sandbox.Timedout', message), 'timeout');
  }

  function die(error: RuntimeFailure, status: 'timeout' | 'error' = 'error'): void {
    if (state === 'dead') return;
    state = 'dead';
    clearTimeout(initTimer);
    killTree(child.pid ?? 0);
    killMarked(`AWS_LAMBDA_LOG_STREAM_NAME=${log.stream}`);
    server.close();
    const run = running;
    if (run) {
      settle({ payload: withRequestId(error, run.requestId), functionError: 'Unhandled' });
      void finish(run, status);
    }
    events.onSettled(environment);
  }

  const environment: Environment = {
    id,
    pid: child.pid ?? 0,
    state: () => state,
    idleFor: () => (state === 'idle' ? performance.now() - idleSince : 0),
    invoke(payload) {
      const requestId = randomUUID();
      const cold = invocations++ === 0;
      return new Promise((resolve) => {
        let logged: (tail: string) => void = () => {};
        const whenLogged = new Promise<string>((done) => {
          logged = done;
        });
        const run: Running = {
          requestId,
          started: performance.now(),
          payload,
          cold,
          deadline: undefined,
          answered: false,
          settle: (result) => resolve({ requestId, ...result, coldStart: cold, logged: whenLogged }),
          logged,
        };
        running = run;
        if (state === 'idle') deliver(run);
        else if (state === 'dead') {
          run.settle({
            payload: withRequestId(failure('Runtime.ExitError', 'the environment is gone'), requestId),
            functionError: 'Unhandled',
          });
          logged(log.takeTail());
        }
      });
    },
    kill: () => die(failure('Sandbox.Killed', 'the environment was retired')),
  };
  return environment;
}

/** Not every command can be started: a NUL in a variable throws at once, and an open server would keep the program alive. */
function launchOrClose(spec: EnvironmentSpec, server: RuntimeServer, log: FunctionLog): ChildProcess {
  try {
    return launch(spec, server, log);
  } catch (error) {
    server.close();
    throw error;
  }
}

function launch(spec: EnvironmentSpec, server: RuntimeServer, log: FunctionLog): ChildProcess {
  const { file, args, env } = spec.command(server.endpoint, log.stream);
  const child = spawn(file, args, { cwd: spec.codeDir, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  log.follow(child.stdout as Readable);
  log.follow(child.stderr as Readable);
  return child;
}

function exitFailure(code: number | null, signal: NodeJS.Signals | null): RuntimeFailure {
  const how = signal ? `signal: ${signal}` : `exit status ${code}`;
  return failure('Runtime.ExitError', `Error: Runtime exited with error: ${how}`);
}

/** The platform's own failures name the invocation: `RequestId: … Error: …`. */
function withRequestId(error: RuntimeFailure, requestId: string): Buffer {
  const body = JSON.parse(error.payload.toString()) as { errorMessage?: string };
  if (body.errorMessage?.startsWith('RequestId:')) return error.payload;
  return Buffer.from(JSON.stringify({ ...body, errorMessage: `RequestId: ${requestId} ${body.errorMessage ?? ''}` }));
}

function traceId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${time}-${randomUUID().replaceAll('-', '').slice(0, 24)};Parent=${randomUUID().replaceAll('-', '').slice(0, 16)};Sampled=0`;
}

/** Two turns of the event loop: one to find the pipes readable, one to have read them. */
async function pipesRead(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}
