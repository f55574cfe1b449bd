/** Processes as /proc shows them (Linux only): whose they are, what they do, and whether they are asleep. */
import { readdirSync, readFileSync } from 'node:fs';

export const hasProc: boolean = process.platform === 'linux';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** R, S, D, T (stopped), Z ... */
  readonly state: string;
}

/** Every process, zombies aside, whose variables or command line hold this text. Never the test's own. */
export function findProcesses(text: string): Process[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(text) || read(pid, 'cmdline').includes(text))
    .map((pid) => ({
      pid: Number(pid),
      parent: Number(statOf(pid)[1]),
      command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
      state: statOf(pid)[0] ?? '',
    }))
    .filter(({ state }) => state !== 'Z' && state !== 'X' && state !== '');
}

/** The letter of proc(5); empty when there is no such process. */
export function stateOf(pid: number): string {
  return statOf(String(pid))[0] ?? '';
}

/** What comes after the name, which may hold spaces and parentheses itself: state, parent, ... */
function statOf(pid: string): string[] {
  return read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
    .filter(Boolean);
}

/**
 * A process that runs or could run again. A zombie is dead once its last thread is gone: until then its sockets are open
 * and its parent is not told.
 */
export function isAlive(pid: number): boolean {
  const state = stateOf(pid);
  if (state !== 'Z' && state !== 'X') return state !== '';
  return threadsOf(pid) > 1;
}

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It is gone, or it is somebody else's.
    return '';
  }
}
