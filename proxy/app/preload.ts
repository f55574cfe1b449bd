/**
 * Loaded into a Node app before its own first line (`node --require`). Tells the proxy of `listen()` the moment it
 * happens, of work that goes on after an answer, and of timers that a freeze would stop. Built as CommonJS without
 * dependencies. It must never disturb the app: every failure is silent, and the environment is put back to what the
 * user set.
 */
import { fstatSync } from 'node:fs';
import { reportListens } from './listens.ts';
import { endWithParent } from './orphan.ts';
import { reportQuiet } from './quiet.ts';
import { reporter } from './report.ts';
import { watchRequests } from './requests.ts';
import { reportTimers } from './timers.ts';
import { offerWaitUntil } from './wait-until.ts';

const descriptor = Number(process.env.UP_HOOK_FD);
const background = process.env.UP_HOOK_BACKGROUND !== undefined;
const withParent = process.env.UP_HOOK_PARENT !== undefined;

// Worker threads load this too; of those that are younger the environment was put back before.
if (process.env.UP_HOOK_FD !== undefined) {
  restoreEnvironment();
  if (isMainThread() && isPipe(descriptor) && !isChannel(descriptor)) hookQuietly();
}

/** An app may have made what is replaced here unchangeable (`node --frozen-intrinsics`). */
function hookQuietly(): void {
  try {
    hook();
  } catch {
    // It goes without what comes after.
  }
}

function hook(): void {
  const tell = reporter(descriptor);
  reportListens(tell);
  if (withParent) endWithParent(descriptor);
  const requests = watchRequests();
  const work = offerWaitUntil(tell);
  if (background) reportQuiet(tell, requests, work);
  else reportTimers(tell, requests, work);
}

function restoreEnvironment(): void {
  const before = process.env.UP_NODE_OPTIONS;
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
  delete process.env.UP_NODE_OPTIONS;
  delete process.env.UP_HOOK_FD;
  delete process.env.UP_HOOK_BACKGROUND;
  delete process.env.UP_HOOK_PARENT;
}

/**
 * Worker threads cannot go to a folder, not even to the one they are in: https://nodejs.org/api/process.html#processchdirdirectory.
 * `node:worker_threads`, which would say it, costs the boot of an app 1 ms.
 */
function isMainThread(): boolean {
  try {
    process.chdir('.');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ERR_WORKER_UNSUPPORTED_OPERATION';
  }
}

/**
 * A process further down may inherit the variable but not the descriptor. Asked for in big numbers, because what Node was told
 * last of a pipe in small ones it takes for what it is told of folders: before Node 24 `require` no longer follows links then
 * (https://github.com/nodejs/node/issues/51142).
 */
function isPipe(fd: number): boolean {
  if (!Number.isInteger(fd)) return false;
  try {
    const stat = fstatSync(fd, { bigint: true });
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

/** Nor may it have its own channel to its parent there, as what `node --watch` starts has. */
function isChannel(fd: number): boolean {
  return (process.channel as { readonly fd?: number } | undefined)?.fd === fd;
}
