/**
 * A process with everything it started, as one thing that can be frozen, thawed and killed. Lambda freezes a whole
 * micro-VM; SIGSTOP to the whole tree is the nearest thing one machine has.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Stops `roots` and all their descendants. Parents stop before their children are listed, so none can slip away by
 * forking. Returns the processes that were stopped.
 */
export function freezeTree(...roots: readonly number[]): number[] {
  const frozen = new Set<number>();
  for (const queue = [...roots]; queue.length > 0; ) {
    const pid = queue.shift() as number;
    if (frozen.has(pid) || !send(pid, 'SIGSTOP')) continue;
    frozen.add(pid);
    queue.push(...childrenOf(pid));
  }
  return [...frozen];
}

/** Children first: an app that is awake before its parent cannot be found asleep by it. */
export function thaw(frozen: readonly number[]): void {
  for (const pid of frozen.toReversed()) send(pid, 'SIGCONT');
}

/** Kills `roots` and all their descendants, frozen or not. */
export function killTree(...roots: readonly number[]): void {
  for (const pid of freezeTree(...roots)) send(pid, 'SIGKILL');
}

/** Kills one process group; a child that leads a group of its own survives. */
export function killGroup(leader: number): void {
  if (leader > 1) send(-leader, 'SIGKILL');
}

export function terminate(pid: number): void {
  send(pid, 'SIGTERM');
}

/** Kills one process and nothing else. */
export function killOne(pid: number): void {
  send(pid, 'SIGKILL');
}

/** All processes that were started with this variable, `NAME=value`, wherever they hang by now; never this one. */
export function processesWith(variable: string): number[] {
  if (process.platform !== 'linux') return byPs(variable, ['-ax']);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && environmentOf(pid).includes(variable));
}

/** The id of a process that has ended may be a stranger's by now; its variables tell. */
export function hasVariable(pid: number, variable: string): boolean {
  if (process.platform !== 'linux') return byPs(variable, ['-p', String(pid)]).includes(pid);
  return environmentOf(pid).includes(variable);
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // Gone, or not ours to read.
    return [];
  }
}

function byPs(variable: string, which: readonly string[]): number[] {
  const { stdout } = spawnSync('ps', [...which, '-Eww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return stdout
    .split('\n')
    .filter((line) => `${line} `.includes(` ${variable} `))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid > 1 && pid !== process.pid);
}

/** The most memory they have used so far, MB, as the sum of their high-water marks. 0 where unknown. */
export function peakMemory(...roots: readonly number[]): number {
  const kilobytes = membersOf(roots).reduce((sum, pid) => sum + statusOf(pid, 'VmHWM'), 0);
  return Math.round(kilobytes / 1024);
}

/** What each of them has for itself and cannot give back: not the pages of its program, which it shares. */
export function privateMemory(...roots: readonly number[]): { readonly pid: number; readonly kilobytes: number }[] {
  return membersOf(roots).map((pid) => ({ pid, kilobytes: statusOf(pid, 'RssAnon') + statusOf(pid, 'RssShmem') }));
}

/** `roots` and all their descendants. */
function membersOf(roots: readonly number[]): number[] {
  const members = new Set<number>();
  for (const queue = [...roots]; queue.length > 0; ) {
    const pid = queue.shift() as number;
    if (pid === 0 || members.has(pid)) continue;
    members.add(pid);
    queue.push(...childrenOf(pid));
  }
  return [...members];
}

/** A line of /proc/PID/status, kB; see proc(5). */
function statusOf(pid: number, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // Gone, or a system without /proc.
    return 0;
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  // kill(2): 0 is the group we are in ourselves, -1 is everybody.
  if (pid === 0 || Math.abs(pid) === 1) return false;
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
