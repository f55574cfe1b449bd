/** Real apps behind a real keeper and relay, for the tests of the proxy. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Fields, Level, Log } from '../../http/log.ts';
import type { Handler, HttpRequest, HttpResponse, RequestContext } from '../../http/message.ts';
import { type Background, createBackground } from '../../proxy/relay/background.ts';
import { type Keeper, keep } from '../../proxy/relay/keeper.ts';
import { type AppCommand, type AppProcess, runMark, startApp } from '../../proxy/relay/process.ts';
import { relay } from '../../proxy/relay/relay.ts';

export { isAlive } from '../support/processes.ts';

export const appsDir = fileURLToPath(new URL('../fixtures/apps/', import.meta.url));
export const preload = fileURLToPath(new URL('../../dist/proxy/preload.cjs', import.meta.url));

/** A fixture run as the proxy runs a detected Node app: no shell, with the hook. */
export function nodeApp(file: string): AppCommand {
  return { command: `node ${file}`, argv: ['node', file], node: true };
}

/** A command that needs a shell, as the user of an app without the hook would write it. */
export function shellApp(command: string): AppCommand {
  return { command, argv: null, node: false };
}

export interface LogRecord {
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

export interface Recorder {
  readonly log: Log;
  readonly records: LogRecord[];
  messages(): string[];
}

export function recorder(): Recorder {
  const records: LogRecord[] = [];
  const write =
    (level: Level) =>
    (message: string, fields: Fields = {}) =>
      void records.push({ level, message, fields });
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
  return { log, records, messages: () => records.map(({ message }) => message) };
}

export interface KeptOptions {
  readonly app: AppCommand;
  readonly dir?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds. */
  readonly listenTimeout?: number;
  /** `proxy.background`, seconds. */
  readonly seconds?: number;
  /** When to stop it. */
  readonly until?: (stop: () => Promise<void>) => void;
  readonly clock?: () => number;
}

export interface Kept extends Recorder {
  readonly keeper: Keeper;
  readonly background: Background;
  readonly runs: AppProcess[];
}

/** Each app of a test process has an environment of its own. */
let kept = 0;

/** Keeps an app, for the length of one test unless told otherwise. */
export function keepApp({
  app,
  dir = appsDir,
  env = {},
  listenTimeout = 10,
  seconds = 0,
  until = onTestFinished,
  clock,
}: KeptOptions): Kept {
  const runs: AppProcess[] = [];
  const name = `test ${kept++}`;
  const recording = recorder();
  const background = createBackground({ log: recording.log, seconds });
  const keeper = keep({
    log: recording.log,
    background,
    command: app.command,
    listenTimeout,
    ...(clock && { clock }),
    output: { log: recording.log, stdout: 'info', stderr: 'error' },
    async start(run) {
      const started = await startApp({
        app,
        dir,
        env: { ...process.env, NODE_OPTIONS: '', ...env, UP_RESTARTS: String(run) },
        preload,
        background: seconds > 0,
        mark: runMark(name, run),
      });
      runs.push(started);
      return started;
    },
  });
  until(() => keeper.stop(0));
  return { keeper, background, runs, ...recording };
}

export interface Relayed extends Kept {
  readonly handler: Handler;
}

/** Seconds, as in up.json. */
interface Timeouts {
  readonly timeout?: number;
  readonly timeouts?: Readonly<Record<string, number>>;
}

/** An app behind the relay. */
export function relayApp(options: KeptOptions & Timeouts): Relayed {
  const kept = keepApp(options);
  const { timeout = 10, timeouts = {} } = options;
  return { ...kept, handler: relay({ ...kept, timeout, timeouts }) };
}

/** One app for all tests of a file or group, where none of them can change it. */
export function sharedApp(options: Parameters<typeof relayApp>[0]): Handler {
  let handler: Handler | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(() => {
    ({ handler } = relayApp({
      ...options,
      until: (end) => {
        stop = end;
      },
    }));
  });
  afterAll(() => stop?.());
  return (req) => (handler ? handler(req) : Promise.reject(new Error('used outside of a test')));
}

export function request(
  target: string,
  { context, ...rest }: Partial<Omit<HttpRequest, 'context'>> & { readonly context?: Partial<RequestContext> } = {},
): HttpRequest {
  return {
    method: 'GET',
    target,
    headers: [['host', 'app.example']],
    body: null,
    ...rest,
    context: {
      requestId: 'request-1',
      clientIp: '192.0.2.1',
      stage: 'staging',
      deadline: Date.now() + 20_000,
      cold: false,
      platform: { accountId: '0' },
      scheme: 'https',
      whole: true,
      ...context,
    },
  };
}

export function bytesOf({ body }: HttpResponse): Buffer {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('the body is a stream');
}

export function jsonOf(res: HttpResponse) {
  return JSON.parse(bytesOf(res).toString('utf8'));
}

/** Looks again and again, because nothing announces what is waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 5_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Stops this process as a freeze does: the clocks go on, nothing of ours runs. */
export function freeze(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
