/** The processes of one environment, as /proc shows them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface AppProcess {
  readonly pid: number;
  /** Which run of the app it belongs to: the value of UP_RUN. */
  readonly run: string;
}

/** All that carry the mark of this environment's app, wherever they hang; zombies aside. */
export function appProcesses(logStream: string): AppProcess[] {
  return carrying(`UP_RUN=${logStream}#`);
}

/** Kills whatever was started for environments that keep their work in this folder. */
export function killAll(work: string): void {
  for (const { pid } of carrying(`UP_LOCAL_ENVIRONMENT=${work}`)) signal(pid, 'SIGKILL');
}

function carrying(prefix: string): AppProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const entry = read(`/proc/${pid}/environ`)
        .split('\0')
        .find((variable) => variable.startsWith(prefix));
      return entry === undefined || stateOf(Number(pid)) === 'Z' ? [] : [{ pid: Number(pid), run: entry }];
    });
}

/** Children that have ended and that this process has not asked about. */
export function zombiesOf(pid: number): number[] {
  return list(`/proc/${pid}/task`)
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean))
    .map(Number)
    .filter((child) => stateOf(child) === 'Z');
}

/** What its open descriptors lead to, by kind: `socket`, `pipe`, ... */
export function descriptorsOf(pid: number): string[] {
  return list(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`).replace(/:\[\d+\]$/, ''));
}

/** The letter of proc(5), empty when there is no such process. */
export function stateOf(pid: number): string {
  return /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? '';
}

/** Its sockets are closed once the last of its threads is gone. */
export function isDead(pid: number): boolean {
  const state = stateOf(pid);
  return state === '' || (state === 'Z' && list(`/proc/${pid}/task`).length <= 1);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it has ended by itself.
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Gone in the meantime.
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
