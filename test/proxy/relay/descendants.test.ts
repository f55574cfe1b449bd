import { execFileSync, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { hasEnded, isEnding } from '../../../proxy/relay/descendants.ts';
import { until } from '../../support/until.ts';

/** Its first thread ends by exit(2), the other one lives: so looks a process that dies slowly. */
const halfDead = 'my $exit = shift; async { sleep 60 }; syscall($exit, 0)';
/** unistd.h: exit, of one thread. */
const exitCalls: Partial<Record<NodeJS.Architecture, number>> = { x64: 60, arm64: 93 };
const exitCall = process.platform === 'linux' ? exitCalls[process.arch] : undefined;

describe.skipIf(exitCall === undefined || !hasPerlThreads())('a process that is on its way out', () => {
  const started: number[] = [];
  const run = (file: string, ...args: string[]) => {
    const child = spawn(file, args, { stdio: 'ignore', detached: true });
    started.push(child.pid as number);
    return child.pid as number;
  };
  afterEach(() => {
    for (const pid of started.splice(0)) process.kill(-pid, 'SIGKILL');
  });

  test('is ending as long as one of its threads is left, and has not ended', async () => {
    const pid = run('perl', '-Mthreads', '-e', halfDead, String(exitCall));
    await until('its first thread to end', () => isEnding(pid));
    expect(hasEnded(pid)).toBe(false);
  });

  test('is found below the shell that started it', async () => {
    const pid = run('/bin/sh', '-c', `perl -Mthreads -e '${halfDead}' ${exitCall}; echo over`);
    await until('its first thread to end', () => isEnding(pid));
    expect(hasEnded(pid)).toBe(false);
  });

  test('is no process that runs, and none that is gone', async () => {
    const running = run('sleep', '60');
    expect(isEnding(running)).toBe(false);
    expect(isEnding(undefined)).toBe(false);
    const gone = run('true');
    await until('its end', () => hasEnded(gone));
    expect(isEnding(gone)).toBe(false);
    started.pop();
  });
});

function hasPerlThreads(): boolean {
  try {
    execFileSync('perl', ['-Mthreads', '-e', '1'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
