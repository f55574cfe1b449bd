/**
 * The app that `_up/start.bash` has started before this process was Node. It is the child of a shell, which says how it
 * ended: Node reaps and tells of no child that it did not start itself.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
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

/** Reads what start.bash left in the environment, and removes it, since app and children inherit the environment. */
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
  const { exited, settle } = exitOf(openReading(started.watcher));
  const [stdout, stderr] = [outputOf(started.stdout), outputOf(started.stderr)];
  const hook = openReading(started.reports);
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

/** Blocks for a moment at most: the watcher writes this line first of all. */
function readLine(descriptor: number): string {
  const byte = Buffer.alloc(1);
  let line = '';
  while (readSync(descriptor, byte) === 1 && byte[0] !== 0x0a) line += byte.toString('latin1');
  return line;
}

function openReading(descriptor: number): Socket {
  return new Socket({ fd: readingEnd(descriptor), readable: true, writable: false });
}

/** What is read from a pipe at a time. */
const readBytes = 64 * 1024;

/**
 * The app's output, read into one buffer again and again: with a buffer for each read a flood of 1 GiB made this process
 * grow by 60 MiB, and a request beside it took 20 ms instead of 4. What `data` hands out holds until its listeners return;
 * of a socket that they have paused, until it is resumed.
 */
function outputOf(descriptor: number): Socket {
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  const callback = (length: number) => socket.emit('data', buffer.subarray(0, length));
  // Types know the option of sockets that connect; one with a descriptor takes it as well.
  const options: SocketConstructorOpts & Pick<TcpSocketConnectOpts, 'onread'> = {
    fd: readingEnd(descriptor),
    readable: true,
    writable: false,
    onread: { buffer, callback },
  };
  const socket: Socket = new Socket(options);
  return socket;
}

/**
 * proc(5): opening the link opens the same pipe once more, with a mode of its own and closed in every child. As long as
 * this process could write into it, it would have no end.
 */
function readingEnd(descriptor: number): number {
  const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  closeSync(descriptor);
  return fd;
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
  // Closed without a status: what killed the watcher has killed the app as well.
  watcher.on('close', () => settle({ code: null, signal: 'SIGKILL' }));
  return { exited, settle };
}

const pollMs = 10;

/** An app killed from here is polled: its watcher may be stopped and unable to report the exit. */
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
