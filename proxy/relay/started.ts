/**
 * The app that `_up/start.bash` has started before this process was Node. It is the child of a shell, which says how it
 * ended: Node reaps and tells of no child that it did not start itself.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as system } from 'node:os';
import { hasEnded } from './descendants.ts';
import { type AppProcess, claimOf, type Exit, killGroup, signalGroup } from './process.ts';

/** What start.bash says of it: its port, and the descriptors of pipes, open for reading and writing. */
export interface StartedApp {
  readonly port: number;
  /** The process of the app, as a line, and another one with its status once it has ended. */
  readonly watcher: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly reports: number;
}

/** Takes the word of start.bash out of the environment, which is the app's and its children's too. */
export function takeStarted(environment: NodeJS.ProcessEnv): StartedApp | null {
  const said = environment.UP_STARTED_APP;
  delete environment.UP_STARTED_APP;
  const [port, watcher, stdout, stderr, reports] = (said ?? '').split(' ').map(Number);
  if (!port || !watcher || !stdout || !stderr || !reports) return null;
  return { port, watcher, stdout, stderr, reports };
}

/**
 * The app as any other run. Null when its port has been given to another one at the same time, and it is ended. `reports`:
 * it has the hook that tells of what goes on inside.
 */
export async function adopt(started: StartedApp, mark: string, reports: boolean): Promise<AppProcess | null> {
  const { port } = started;
  const pid = Number(readLine(started.watcher));
  const { exited, settle } = exitOf(readingEnd(started.watcher));
  const [stdout, stderr, hook] = [started.stdout, started.stderr, started.reports].map(readingEnd) as Pipes;
  if (!reports) hook.destroy();
  const claim = await claimOf(port);
  if (claim === null) {
    killGroup(pid, 'SIGKILL');
    for (const pipe of [stdout, stderr, hook]) pipe.destroy();
    return null;
  }
  const app: AppProcess = {
    pid,
    mark,
    port,
    started: performance.now(),
    stdout,
    stderr,
    reports: reports ? hook : null,
    exited: exited.then((exit) => {
      app.exit = exit;
      claim.end();
      return exit;
    }),
    exit: null,
    kill(signal) {
      killGroup(pid, signal);
      if (signal === 'SIGKILL') whenEnded(pid, () => settle({ code: null, signal }));
    },
    isGroupAlive: () => signalGroup(pid, 0),
  };
  return app;
}

type Pipes = [Socket, Socket, Socket];

/** It is a moment away at most: the watcher has written it before it does anything else. */
function readLine(descriptor: number): string {
  const byte = Buffer.alloc(1);
  let line = '';
  while (readSync(descriptor, byte) === 1 && byte[0] !== 0x0a) line += byte.toString('latin1');
  return line;
}

/**
 * proc(5): opening the link opens the same pipe once more, with a mode of its own and closed in every child. As long as
 * this process could write into it, it would have no end.
 */
function readingEnd(descriptor: number): Socket {
  const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  closeSync(descriptor);
  return new Socket({ fd, readable: true, writable: false });
}

function exitOf(watcher: Socket): { readonly exited: Promise<Exit>; settle(exit: Exit): void } {
  let settle: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => {
    settle = resolve;
  });
  let said = '';
  watcher.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
    if (said.endsWith('\n')) settle(toExit(Number(said)));
  });
  watcher.on('error', () => {});
  // Without a word: whoever ended the watcher has ended the app as well.
  watcher.on('close', () => settle({ code: null, signal: 'SIGKILL' }));
  return { exited, settle };
}

const pollMs = 10;

/** What was ended from here need not be told by the watcher, which may be stopped. */
function whenEnded(pid: number, then: () => void): void {
  if (hasEnded(pid)) then();
  else setTimeout(() => whenEnded(pid, then), pollMs).unref();
}

/** https://www.gnu.org/software/bash/manual/bash.html#Exit-Status: 128 and the number of a signal. */
function toExit(status: number): Exit {
  const signal = Object.entries(system.signals).find(([, value]) => value === status - 128)?.[0];
  if (status <= 128 || signal === undefined) return { code: status, signal: null };
  return { code: null, signal: signal as NodeJS.Signals };
}
