/**
 * What an `up start` leaves that was killed without a chance to clean up. A Node app notices by itself (proxy/app); of
 * anything else the next `up start` in the same folder takes care, on Linux, where processes can be told apart.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endLeftovers as endEnvironments } from '../../../local/lambda/leftovers.ts';
import { runsOf, sweep } from '../../../proxy/relay/descendants.ts';
import { environmentMark } from '../../../proxy/relay/process.ts';

/** Names the processes of every `up start` in a folder. */
export function startMark(dir: string): string {
  return `start ${dir}`;
}

/** Ends what is left of those whose own process is gone. */
export function endLeftovers(dir: string): void {
  const prefix = environmentMark(startMark(dir));
  const pids = new Set(runsOf(prefix).map((run) => Number.parseInt(run.slice(prefix.length), 10)));
  for (const pid of pids) if (!isRunning(pid)) sweep(`${prefix}${pid}.`);
  endLambdaLeftovers(dir);
}

/** Where this process lays out packages; its environments are known by it. */
export function lambdaFolder(dir: string): string {
  return join(dir, '.up', 'lambda', String(process.pid));
}

/** An environment that is frozen never notices anything. */
function endLambdaLeftovers(dir: string): void {
  const all = dirname(lambdaFolder(dir));
  for (const pid of existsSync(all) ? readdirSync(all) : []) {
    if (isRunning(Number(pid))) continue;
    endEnvironments(join(all, pid));
    rmSync(join(all, pid), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
