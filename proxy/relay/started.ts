/**
 * The app that `_up/start.bash` has started, before this process was Node: its child all the same, because the shell has
 * become it. Node reaps and tells of no child that it did not start itself, so its end is seen as the kernel shows it.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as system } from 'node:os';
import { exitStatus, hasEnded, hasRunningGroup } from './descendants.ts';
import { type AppProcess, claimOf, type Exit, killGroup } from './process.ts';

/** What start.bash says of it. */
export interface StartedApp {
  readonly pid: number;
  readonly port: number;
  /** Descriptors of pipes, open for reading and writing. */
  readonly stdout: number;
  readonly stderr: number;
  readonly reports: number;
}

/** Takes the word of start.bash out of the environment, which is the app's and its children's too. */
export function takeStarted(environment: NodeJS.ProcessEnv): StartedApp | null {
  const said = environment.UP_STARTED_APP;
  delete environment.UP_STARTED_APP;
  const [pid, port, stdout, stderr, reports] = (said ?? '').split(' ').map(Number);
  if (!pid || !port || !stdout || !stderr || !reports) return null;
  return { pid, port, stdout, stderr, reports };
}

/**
 * The app as any other run. Null when its port has been given to another one at the same time, and it is ended. `reports`:
 * it has the hook that tells of what goes on inside.
 */
export async function adopt(started: StartedApp, mark: string, reports: boolean): Promise<AppProcess | null> {
  const { pid, port } = started;
  // First of all: as long as this process could write into them, they would have no end.
  const [stdout, stderr, hook] = [started.stdout, started.stderr, started.reports].map(readingEnd) as [
    Socket,
    Socket,
    Socket,
  ];
  if (!reports) hook.destroy();
  const claim = await claimOf(port);
  if (claim === null) {
    killGroup(pid, 'SIGKILL');
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
    exited: exitOf(pid).then((exit) => {
      app.exit = exit;
      claim.end();
      return exit;
    }),
    exit: null,
    kill: (signal) => killGroup(pid, signal),
    isGroupAlive: () => hasRunningGroup(pid),
  };
  return app;
}

/** proc(5): opening the link opens the same pipe once more, with a mode of its own and closed in every child. */
function readingEnd(descriptor: number): Socket {
  const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  closeSync(descriptor);
  return new Socket({ fd, readable: true, writable: false });
}

/** The kernel tells of every child by SIGCHLD, Node only of its own. */
function exitOf(pid: number): Promise<Exit> {
  return new Promise((resolve) => {
    const look = () => {
      if (!hasEnded(pid)) return;
      process.off('SIGCHLD', look);
      resolve(toExit(exitStatus(pid)));
    };
    process.on('SIGCHLD', look);
    look();
  });
}

/** wait(2): the signal in the lowest seven bits, or else the code in the next byte. */
function toExit(status: number): Exit {
  const number = status & 0x7f;
  const signal = Object.entries(system.signals).find(([, value]) => value === number)?.[0];
  if (number === 0) return { code: (status >> 8) & 0xff, signal: null };
  return { code: null, signal: (signal ?? null) as NodeJS.Signals | null };
}
