/**
 * A platform that is killed leaves its environments behind, frozen for ever. Each is noted on disk while it lives, and
 * the next platform on the same state ends what it finds there.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from './process-tree.ts';

export interface Leftovers {
  /** The value of UP_LOCAL_ENVIRONMENT in every process of this state directory. */
  readonly mark: string;
  note(pid: number): void;
  forget(pid: number): void;
}

export function sweepLeftovers(stateDir: string): Leftovers {
  const dir = join(stateDir, 'environments');
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(dir)) {
    // A process id may belong to somebody else by now; the mark in its variables tells.
    if (isOurs(Number(name), stateDir)) killTree(Number(name));
    rmSync(join(dir, name), { force: true });
  }
  return {
    mark: stateDir,
    note: (pid) => writeFileSync(join(dir, String(pid)), ''),
    forget: (pid) => rmSync(join(dir, String(pid)), { force: true }),
  };
}

function isOurs(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`UP_LOCAL_ENVIRONMENT=${mark}`);
  } catch {
    // Gone, not ours to read, or a system without /proc: then leave it alone.
    return false;
  }
}
