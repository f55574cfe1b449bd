/**
 * The processes of one execution environment: its runtime, whatever that starts, and what outlives it. They are one
 * thing to freeze, thaw and kill, as the micro-VM is on Lambda.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { RuntimeCommand } from './environment.ts';
import type { FunctionLog } from './function-log.ts';
import { watchMemory } from './memory.ts';
import * as tree from './process-tree.ts';

export interface ProcessesOptions {
  readonly command: RuntimeCommand;
  readonly dir: string;
  readonly log: FunctionLog;
  /** MB */
  readonly memoryLimit: number;
  /** The runtime has ended, and nobody here ended it. */
  onExit(reason: ExitReason): void;
}

export type ExitReason =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly outOfMemory: boolean }
  | { readonly error: Error };

export interface Processes {
  /** Of the runtime; 0 when it could not be started. */
  pid(): number;
  /** Starts the runtime. Throws what spawn throws: some commands fail there, others report an exit. */
  start(): void;
  /** The runtime is no more. */
  exited(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Asks the runtime to end, nobody else: passing it on is up to the runtime. */
  terminate(): void;
  /** Kills the process group of the runtime. What leads a group of its own lives on, as it may on Lambda. */
  killRuntime(): void;
  /** Kills them all. */
  kill(): void;
  /** MB; the limit itself when memory ran out since the last thaw. */
  peakMemory(): number;
}

export function createProcesses({ command, dir, log, memoryLimit, onExit }: ProcessesOptions): Processes {
  const { file, args } = command;
  // The name of the log stream is the environment's alone, and every process inherits it.
  const mark = `AWS_LAMBDA_LOG_STREAM_NAME=${log.stream}`;
  const env = { ...command.env, AWS_LAMBDA_LOG_STREAM_NAME: log.stream };
  let runtime: ChildProcess | null = null;
  let exited: Promise<void> = Promise.resolve();
  /**
   * Processes that outlived a runtime, or were started before it: they are not among the descendants of the current
   * one.
   */
  let orphans: readonly number[] = [];
  /** Nothing has been frozen since the runtime was started. */
  let isFresh = true;
  /** Outlives its leader when that exits. */
  let group = 0;
  let isOver = false;
  let frozen: number[] = [];
  /** The process that was killed for exceeding the memory limit, since the last thaw. */
  let victim = 0;

  const pid = () => runtime?.pid ?? 0;
  const roots = () => {
    // Searching all processes of the machine takes milliseconds: only while there may be new ones.
    if (isFresh) orphans = tree.processesWith(mark);
    return [pid(), ...orphans.filter((orphan) => tree.hasVariable(orphan, mark))];
  };
  const memory = watchMemory(memoryLimit, roots, (largest) => {
    victim = largest;
    tree.killOne(largest);
  });

  function start(): void {
    const child = spawn(file, args, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    runtime = child;
    isFresh = true;
    memory.start();
    group = child.pid ?? 0;
    log.follow(child.stdout as Readable);
    log.follow(child.stderr as Readable);
    exited = new Promise((resolve) => {
      const end = (reason: ExitReason) => {
        resolve();
        if (isOver) return;
        orphans = tree.processesWith(mark);
        if (runtime !== child) return;
        runtime = null;
        onExit(reason);
      };
      child.once('exit', (code, signal) => end({ code, signal, outOfMemory: victim === child.pid }));
      child.once('error', (error) => end({ error }));
    });
  }

  return {
    pid,
    start,
    exited: () => exited,
    freeze() {
      memory.stop();
      frozen = tree.freezeTree(...roots());
      isFresh = false;
    },
    thaw() {
      tree.thaw(frozen);
      frozen = [];
      victim = 0;
      memory.start();
    },
    terminate: () => tree.terminate(pid()),
    killRuntime() {
      tree.killGroup(group);
      runtime = null;
    },
    kill() {
      isOver = true;
      memory.stop();
      // Daemons are no descendants of the runtime, and leftovers of an ended runtime may have started more processes.
      orphans = tree.processesWith(mark);
      tree.killTree(...roots());
      runtime = null;
    },
    peakMemory: () => (victim === 0 ? tree.peakMemory(...roots()) : memoryLimit),
  };
}
