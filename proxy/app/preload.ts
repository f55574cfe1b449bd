/**
 * Loaded into a Node app before its own first line (`node --require`): tells the proxy about `listen()` the moment it
 * happens. Built as CommonJS without dependencies. It must never disturb the app: every failure is silent, and the
 * environment is put back to what the user set.
 */
import { fstatSync, writeSync } from 'node:fs';
import { Server } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const descriptor = Number(process.env.UP_LISTEN_FD);

restoreEnvironment();
if (isMainThread && isPipe(descriptor)) reportListens(descriptor);

function restoreEnvironment(): void {
  const before = process.env.UP_NODE_OPTIONS;
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
  delete process.env.UP_NODE_OPTIONS;
  delete process.env.UP_LISTEN_FD;
}

/** A process further down may inherit the variable but not the descriptor. */
function isPipe(fd: number): boolean {
  if (!Number.isInteger(fd)) return false;
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function reportListens(fd: number): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    this.once('listening', () => report(fd, this.address()));
    return Reflect.apply(listen, this, args) as Server;
  } as typeof listen;
}

function report(fd: number, address: unknown): void {
  try {
    writeSync(fd, `${JSON.stringify(address)}\n`);
  } catch {
    // The proxy is gone or does not read; the app has nothing to do with that.
  }
}
