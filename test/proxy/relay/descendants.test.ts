import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  hasEnded,
  hasProcesses,
  isEnding,
  isLeaving,
  listeningPorts,
  runsOf,
  sweep,
} from '../../../proxy/relay/descendants.ts';
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

describe.runIf(existsSync('/proc'))('the processes of a run', () => {
  const name = `test-${process.pid}`;

  /** A process of its own group, of this run; what it prints first says that it is there. */
  async function start(run: string, file: string, ...args: string[]) {
    const child = spawn(file, args, {
      env: { PATH: process.env.PATH, UP_RUN: run },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = await new Promise<string>((resolve) => child.stdout.once('data', (bytes) => resolve(String(bytes))));
    return { child, ended, said };
  }
  const waiting = (run: string) => start(run, 'sh', '-c', 'echo up; exec sleep 60');

  test('have ended once they wait to be reaped, and once they are gone', async () => {
    // The shell becomes what never asks how its child ended.
    const { child, ended, said } = await start(`${name}#1.0`, 'sh', '-c', 'true & echo $!; exec sleep 60');
    const zombie = Number(said);
    await until('its end', () => hasEnded(zombie));
    expect([isEnding(zombie), isLeaving(zombie), hasEnded(child.pid)]).toEqual([false, true, false]);
    child.kill('SIGKILL');
    await ended;
    expect([isEnding(child.pid), isLeaving(child.pid), hasEnded(child.pid)]).toEqual([false, true, true]);
    expect(hasEnded(undefined)).toBe(false);
  });

  test('are found by its name, by the beginning of it, and by no other part', async () => {
    await waiting(`${name}#1.0`);
    await waiting(`${name}#1.0`);
    await waiting(`${name}#2.0`);
    expect(runsOf(`${name}#1.`)).toEqual([`${name}#1.0`]);
    expect(runsOf(name).sort()).toEqual([`${name}#1.0`, `${name}#2.0`]);
    expect(runsOf('#1.0')).toEqual([]);
    expect([hasProcesses(`${name}#2.0`), hasProcesses(`${name}#3`)]).toEqual([true, false]);
  });

  test('are ended, but for those of a run to spare, and of others', async () => {
    const [old, current, other] = [
      await waiting(`${name}#1.0`),
      await waiting(`${name}#2.0`),
      await waiting(`other-${name}#1.0`),
    ];
    sweep(`${name}#`, `${name}#2.`);
    expect(await old.ended).toBe('SIGKILL');
    expect([hasEnded(current.child.pid), hasEnded(other.child.pid)]).toEqual([false, false]);
    sweep(`${name}#`);
    expect(await current.ended).toBe('SIGKILL');
    expect(hasEnded(other.child.pid)).toBe(false);
  });

  test('listen on ports, each named once, in order', async () => {
    const code = `
      const { createServer } = require('node:net');
      const open = (host) => new Promise((resolve) => {
        const server = createServer((socket) => socket.resume()).listen(0, host, () => resolve(server.address().port));
      });
      Promise.all([open('127.0.0.1'), open('::'), open('127.0.0.1')]).then((ports) => console.log(JSON.stringify(ports)));`;
    const { said } = await start(`${name}#1.0`, process.execPath, '-e', code);
    const ports: number[] = JSON.parse(said);
    await waiting(`${name}#1.0`);
    const client = connect(ports[0] as number, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    expect(listeningPorts(`${name}#1.`)).toEqual(ports.toSorted((a, b) => a - b));
    expect(listeningPorts(`${name}#2.`)).toEqual([]);
  });
});
