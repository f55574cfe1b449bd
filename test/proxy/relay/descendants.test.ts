import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { hasEnded, isEnding, isLeaving } from '../../../proxy/relay/descendants.ts';
import { until } from '../../support/until.ts';
import { canBeHalfDead, exitCall } from '../half-dead.ts';

/** Its first thread ends by exit(2), the other one lives: so looks a process that dies slowly. */
const halfDead = 'my $exit = shift; async { sleep 60 }; syscall($exit, 0)';
describe.runIf(canBeHalfDead)('a process that is on its way out', () => {
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
    expect([hasEnded(pid), isLeaving(pid)]).toEqual([false, true]);
  });

  test('is found below the shell that started it', async () => {
    const pid = run('/bin/sh', '-c', `perl -Mthreads -e '${halfDead}' ${exitCall}; echo over`);
    await until('its first thread to end', () => isEnding(pid));
    // Whoever starts a process for each request stays.
    expect([hasEnded(pid), isLeaving(pid)]).toEqual([false, false]);
  });

  test('is no process that runs, and none that is gone', async () => {
    const running = run('sleep', '60');
    expect([isEnding(running), isLeaving(running)]).toEqual([false, false]);
    expect([isEnding(undefined), isLeaving(undefined)]).toEqual([false, false]);
    const gone = run('true');
    await until('its end', () => hasEnded(gone));
    expect([isEnding(gone), isLeaving(gone)]).toEqual([false, true]);
    started.pop();
  });
});
