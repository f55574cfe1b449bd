/** A process that dies slowly, in Perl: its first thread ends by exit(2), and another one is left. */
import { execFileSync } from 'node:child_process';
import type { AppCommand } from '../../proxy/relay/process.ts';

/** unistd.h: exit, of one thread. */
const numbers: Partial<Record<NodeJS.Architecture, number>> = { x64: 60, arm64: 93 };
export const exitCall = process.platform === 'linux' ? numbers[process.arch] : undefined;

export const canBeHalfDead = exitCall !== undefined && hasPerlThreads();

export function halfDeadApp(): AppCommand {
  const argv = ['perl', 'half-dead.pl', String(exitCall)];
  return { command: argv.join(' '), argv, node: false };
}

function hasPerlThreads(): boolean {
  try {
    execFileSync('perl', ['-Mthreads', '-e', '1'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
