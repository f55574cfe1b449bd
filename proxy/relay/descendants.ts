/**
 * Processes that an app started and that left its process group (daemons, double forks): found by a variable that every
 * process inherits, which only Linux shows. Elsewhere there are none to be found, and the process group has to do.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The variable that names the run a process belongs to; see `runMark`. */
const variable = 'UP_RUN=';

/** A process that forks during the search is found in the next round. */
const rounds = 5;

/** Kills every process of the runs whose name begins with `mark`, except those of names that begin with `spare`. */
export function sweep(mark: string, spare?: string): void {
  for (let round = 0; round < rounds; round++) {
    const found = processesOf(mark, spare);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

/** The names of runs that begin with `mark` and still have processes. */
export function runsOf(mark: string): string[] {
  const runs = processesOf(mark).map((pid) => runOf(String(pid)));
  return [...new Set(runs.filter((run) => run !== undefined))];
}

/** Whether any process of this run is left. */
export function hasProcesses(mark: string): boolean {
  return processesOf(mark).length > 0;
}

/**
 * Whether a process has ended: there is none of that number, or it waits to be reaped, a zombie (proc(5)). While another of
 * its threads is left the parent is not told, and its sockets may be open.
 */
export function hasEnded(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  const [state] = statOf(pid);
  if (state === '') return !exists(pid);
  // None is listed of one that is reaped meanwhile.
  return state === 'Z' && list(`/proc/${pid}/task`).length <= 1;
}

/** include/linux/sched.h: it is being shut down. In the `flags` of proc(5), the ninth field of stat. */
const exiting = 0x4;

/**
 * Whether the process or one of its descendants is exiting but not gone yet. The kernel closes its connections before
 * its listening socket, which on a busy machine may stay open for a while: a client that connects then is never served.
 */
export function isEnding(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  const [state = '', , , , , , flags] = statOf(pid);
  if (state === '') return false;
  if (isOnItsWayOut(state, flags)) return !hasEnded(pid);
  return childrenOf(pid).some(isEnding);
}

/** Whether the process itself is on its way out, or gone: those below it may come and go with each request. */
export function isLeaving(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  const [state = '', , , , , , flags] = statOf(pid);
  return state === '' ? !exists(pid) : isOnItsWayOut(state, flags);
}

function isOnItsWayOut(state: string, flags: string | undefined): boolean {
  return state === 'Z' || (Number(flags) & exiting) !== 0;
}

/** Of its first thread, which starts what shells and Node start. */
function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Asked where there is no /proc as well. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The fields of /proc/PID/stat from the third, the state, which is the first after the name; one empty one when it is gone. */
export function statOf(pid: number): string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** The TCP ports on which processes of a run listen: what to say when the app listens, but not on PORT. */
export function listeningPorts(mark: string): number[] {
  const pids = processesOf(mark);
  const sockets = new Set(pids.flatMap(socketsOf));
  const first = pids[0];
  if (first === undefined) return [];
  const tables = [...tableOf(first, 'tcp'), ...tableOf(first, 'tcp6')];
  const ports = tables.filter(({ inode }) => sockets.has(inode)).map(({ port }) => port);
  return [...new Set(ports)].sort((a, b) => a - b);
}

function processesOf(mark: string, spare?: string): number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const run = runOf(pid);
      return run?.startsWith(mark) === true && !(spare !== undefined && run.startsWith(spare));
    })
    .map(Number);
}

function runOf(pid: string): string | undefined {
  const entry = read(`/proc/${pid}/environ`)
    .split('\0')
    .find((name) => name.startsWith(variable));
  return entry?.slice(variable.length);
}

/** proc(5): descriptors are links such as `socket:[12345]`. */
function socketsOf(pid: number): string[] {
  return list(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
}

/** proc(5): local address, state 0A for listening, inode in the tenth column. */
function tableOf(pid: number, protocol: 'tcp' | 'tcp6'): { port: number; inode: string }[] {
  return read(`/proc/${pid}/net/${protocol}`)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === '0A')
    .map((columns) => ({ port: Number.parseInt(columns[1]?.split(':')[1] ?? '', 16), inode: columns[9] ?? '' }));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    // No /proc here, or the process is gone.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Gone, or somebody else's.
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
