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

// Worker threads load this too; for those started later the environment has been restored already.
if (process.env.UP_HOOK_FD !== undefined) {
  restoreEnvironment();
  if (isMainThread() && isPipe(descriptor) && !isChannel(descriptor)) hookQuietly();
}

/** An app may have made what is replaced here unchangeable (`node --frozen-intrinsics`). */
function hookQuietly(): void {
  try {
    hook();
  } catch {
    // The app runs without the features that were not set up yet.
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
 * A worker thread cannot change its folder, not even to the current one:
 * https://nodejs.org/api/process.html#processchdirdirectory. Asking `node:worker_threads` instead would cost the boot
 * of an app 1 ms.
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
 * A grandchild may inherit the variable but not the descriptor. Asked with `bigint`: before Node 24, an `fstat` of a
 * pipe with plain numbers leaves a result behind that `require` takes for that of a folder, and it no longer follows
 * links (https://github.com/nodejs/node/issues/51142).
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

/** The descriptor may also be the IPC channel to the parent, as in processes that `node --watch` starts. */
function isChannel(fd: number): boolean {
  return (process.channel as { readonly fd?: number } | undefined)?.fd === fd;
}
