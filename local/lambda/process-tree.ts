/**
 * A process with everything it started, as one thing that can be frozen, thawed and killed. Lambda freezes a whole
 * micro-VM; SIGSTOP to the whole tree is the nearest thing one machine has.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Stops `root` and all its descendants. Parents stop before their children are listed, so none can slip away by
 * forking. Returns the processes that were stopped.
 */
export function freezeTree(root: number): number[] {
  const frozen: number[] = [];
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.shift() as number;
    if (!send(pid, 'SIGSTOP')) continue;
    frozen.push(pid);
    queue.push(...childrenOf(pid));
  }
  return frozen;
}

/** Children first: an app that is awake before its parent cannot be found asleep by it. */
export function thaw(frozen: readonly number[]): void {
  for (const pid of frozen.toReversed()) send(pid, 'SIGCONT');
}

/** Kills `root` and all its descendants, frozen or not. */
export function killTree(root: number): void {
  for (const pid of freezeTree(root)) send(pid, 'SIGKILL');
}

/** Whoever forks while it is looked for is found in the next round. */
const rounds = 5;

/**
 * Kills every process that was started with this variable, `NAME=value`: what left its tree, as a daemon does, inherits it
 * all the same. Only Linux shows it.
 */
export function killMarked(variable: string): void {
  for (let round = 0; round < rounds; round++) {
    const marked = processes().filter((pid) => pid !== process.pid && variablesOf(pid).includes(variable));
    if (marked.length === 0) return;
    for (const pid of marked) send(pid, 'SIGKILL');
  }
}

function processes(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1);
}

function variablesOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // Gone, or somebody else's.
    return [];
  }
}

/** The most memory the tree has used so far, MB, as the sum of its processes' high-water marks. 0 where unknown. */
export function peakMemory(root: number): number {
  let kilobytes = 0;
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.shift() as number;
    kilobytes += highWaterMark(pid);
    queue.push(...childrenOf(pid));
  }
  return Math.round(kilobytes / 1024);
}

function highWaterMark(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // Gone, or a system without /proc.
    return 0;
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  // kill(2): 0 and -1 mean groups that we are in ourselves.
  if (pid <= 1) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    // ESRCH: it exited by itself in the meantime.
    return false;
  }
}

function childrenOf(pid: number): number[] {
  return process.platform === 'linux' ? linuxChildren(pid) : childrenByPs(pid);
}

/** proc(5): each thread lists the children it created. */
function linuxChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function childrenByPs(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child as number);
}
