/**
 * What is drilled: one function with one execution environment at a time, replaced when it has died as a platform would
 * do. Each thing sent to it is held to what must be true of any reply.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, startEnvironment } from '../../local/lambda/environment.ts';
import { runtimeCommand } from '../../local/lambda/runtime-command.ts';
import { until } from '../support/until.ts';
import { toDrillEvent } from './event.ts';
import { watchLateness } from './lateness.ts';
import { type Ledger, ledgerIn } from './ledger.ts';
import { type DrillPackage, functionTimeout, provideProgram, type Stage } from './package.ts';
import { appProcesses, isDead, signal } from './processes.ts';
import { type Reply, readReply, type Sent } from './reply.ts';

export type Host = 'loop' | 'handler';

export interface SubjectOptions {
  readonly stage: Stage;
  readonly host: Host;
  readonly env: Readonly<Record<string, string>>;
}

/** What the app is to do with a request; see apps/fault.mjs. */
export interface Act {
  readonly do?: string;
  readonly when?: 'before' | 'mid' | 'after';
  readonly [more: string]: unknown;
}

export interface SendOptions {
  readonly path?: string;
  readonly key?: string;
  readonly body?: string;
  /** The same event once more. */
  readonly token?: string;
}

export interface Subject {
  readonly options: SubjectOptions;
  readonly dir: string;
  readonly ledger: Ledger;
  /** What the next starts of the app are to be, one after the other. */
  starts(...starts: readonly string[]): void;
  send(method: string, act?: Act, options?: SendOptions): Promise<Reply>;
  /** Starts its environment, where there is none, without a request. */
  start(): Promise<void>;
  /** Resolves when it is frozen or dead. */
  settled(): Promise<void>;
  isAlive(): boolean;
  /** The process id of the proxy, and the mark of its apps. */
  pid(): number;
  logStream(): string;
  /** Kills the app, and resolves when it is dead. */
  killApp(name?: NodeJS.Signals): Promise<void>;
  /** Lets apps listen that do not. */
  heal(): void;
  /** Tells the app something through a file of its folder. */
  note(name: string, text: string): void;
  log(): readonly string[];
  /** For what is measured across injections. */
  readonly notes: Map<string, number>;
  /** Forgets the last injection. */
  begin(): void;
  sent(): readonly Sent[];
  retire(): Promise<void>;
}

const keptLines = 300;
/** A record of an exit holds 4 KB of what the app printed, before it says how it ended. */
const keptChars = 16_000;
/** Of what the platform must have left of an invocation when it is answered. */
const leastLeftMs = 100;
/** Init, the invocation, and a busy machine. */
const longestWaitMs = 10_000 + functionTimeout * 1_000 + 10_000;

let count = 0;
const lateness = watchLateness();

export function openSubject(pack: DrillPackage, options: SubjectOptions): Subject {
  const dir = mkdtempSync(join(pack.work, 's'));
  mkdirSync(join(dir, 'bin'));
  provideProgram(dir);
  const ledger = ledgerIn(dir);
  const lines: string[] = [];
  const begun = new Map<string, number>();
  const streams = new Set<string>();
  const serial = ++count;
  let current: Environment | null = null;
  let logStream = '';
  let sent: Sent[] = [];
  let tokens = 0;
  let wake: () => void = () => {};

  function onLine(message: string): void {
    lines.push(message.slice(0, keptChars));
    if (lines.length > keptLines) lines.splice(0, lines.length - keptLines);
    const [, requestId] = /^START RequestId: (\S+)/.exec(message) ?? [];
    if (requestId) begun.set(requestId, Date.now());
  }

  async function start(): Promise<void> {
    if (current !== null && current.state() !== 'dead') return;
    const fn = functionOf(options, dir, pack);
    current = await startEnvironment(
      {
        functionName: 'drill',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:drill',
        version: '$LATEST',
        handler: fn.Handler,
        timeout: functionTimeout,
        memorySize: fn.MemorySize,
        logGroup: fn.LogGroup,
        codeDir: pack.dir,
        command(endpoint, stream) {
          logStream = stream;
          streams.add(stream);
          return runtimeCommand(
            {
              fn,
              codeDir: pack.dir,
              nodeRuntime: pack.nodeRuntime,
              mark: pack.work,
              awsEndpoint: 'http://127.0.0.1:9',
            },
            endpoint,
            stream,
          );
        },
      },
      (_group, _stream, events) => {
        for (const { message } of events) onLine(message);
      },
      { onSettled: () => wake() },
    );
  }

  async function settled(): Promise<void> {
    while (current && current.state() !== 'idle' && current.state() !== 'dead')
      await within(
        longestWaitMs,
        'the environment to settle',
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      );
  }

  async function send(method: string, act: Act = {}, { path = '/', key, body, token: again }: SendOptions = {}) {
    await start();
    if (current?.state() !== 'initializing') await settled();
    await start();
    const token = again ?? `t${serial}.${++tokens}`;
    const request = {
      method,
      path,
      act,
      token,
      ...(key !== undefined && { key }),
      ...(body !== undefined && { body }),
    };
    sent.push({ token, method: key === undefined ? method : `${method} keyed` });
    const asked = Date.now();
    const outcome = (current as Environment).invoke(Buffer.from(JSON.stringify(toDrillEvent(request))));
    const result = await within(longestWaitMs, `a reply to ${method} ${JSON.stringify(act)}`, outcome);
    const began = () => begun.get(result.requestId) ?? asked;
    const reply = await within(longestWaitMs, 'the rest of a reply', readReply(result, { token, method }, began));
    holdToPromises(reply);
    return reply;
  }

  return {
    options,
    dir,
    ledger,
    notes: new Map(),
    start,
    settled,
    send,
    starts: (...starts) => writeFileSync(join(dir, 'starts'), starts.join('\n')),
    isAlive: () => current !== null && current.state() !== 'dead',
    pid: () => current?.pid() ?? 0,
    logStream: () => logStream,
    async killApp(name = 'SIGKILL') {
      const found = appProcesses(logStream);
      for (const { pid } of found) signal(pid, name);
      await until('the app to be dead', () => found.every(({ pid }) => isDead(pid)));
    },
    heal: () => writeFileSync(join(dir, 'heal'), ''),
    note: (name, text) => writeFileSync(join(dir, name), text),
    log: () => lines,
    begin() {
      ledger.clear();
      sent = [];
      begun.clear();
      rmSync(join(dir, 'heal'), { force: true });
      rmSync(join(dir, 'starts'), { force: true });
      rmSync(join(dir, 'taken'), { force: true });
      rmSync(join(dir, 'port'), { force: true });
      provideProgram(dir);
    },
    sent: () => sent,
    async retire() {
      current?.kill();
      // What left the tree of its runtime dies with the machine on Lambda, not here.
      for (const stream of streams) for (const { pid } of appProcesses(stream)) signal(pid, 'SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What must be true of every reply, whatever happened. */
export function holdToPromises(reply: Reply): void {
  const late = reply.took - lateness.within(reply.took) > functionTimeout * 1_000 - leastLeftMs;
  // The platform's own verdicts are not ours to be early with.
  if (late && reply.failure === null) throw new Error(`answered after ${reply.took} ms, too near the deadline`);
  const { app, token, requestId } = reply;
  if (app && app.token !== token) throw new Error(`the answer to ${app.token} was given to ${token}`);
  if (app && app.requestId !== requestId)
    throw new Error(`the app heard of ${app.requestId} as its request id in place of ${requestId}`);
  if (app && app.method !== reply.method) throw new Error(`${reply.method} reached the app as ${app.method}`);
  // A stream that broke off has at least begun with what was asked for.
  const begins = reply.body.toString('utf8', 0, 200);
  if (reply.cut !== null && /"token"/.test(begins) && !begins.includes(`"${token}"`))
    throw new Error(`the stream of ${token} begins with ${begins}`);
}

export function functionOf({ stage, host, env }: SubjectOptions, dir: string, { dir: task }: DrillPackage) {
  const wrapper = host === 'loop' && { AWS_LAMBDA_EXEC_WRAPPER: join(task, '_up/bootstrap') };
  const path = `${join(dir, 'bin')}:${process.env.PATH}`;
  return {
    FunctionName: 'drill',
    Version: '$LATEST',
    Description: '',
    Runtime: 'nodejs24.x',
    Handler: '_up/handler.handler',
    Role: '',
    Timeout: functionTimeout,
    MemorySize: 512,
    Architectures: ['x86_64'],
    Environment: { UP_STAGE: stage, DRILL_DIR: dir, PATH: path, ...wrapper, ...env },
    Layers: [],
    EphemeralStorage: 512,
    LogGroup: '/aws/lambda/drill',
    LogFormat: 'Text',
    TracingMode: 'PassThrough',
    CodeSha256: '',
    CodeSize: 0,
    LastModified: '',
    RevisionId: '',
  };
}

export async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms in vain for ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the app wrote into a file of its folder; '' when it did not. */
export function readNote(subject: Subject, name: string): string {
  const path = join(subject.dir, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
