/**
 * `endpoint.json` in the state directory names the running platform: `{url, pid, started, node}`. It also keeps a second
 * platform from the same state.
 */
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a platform says who it is: `{pid}`. */
export const healthPath = '/_local/health';

export interface Endpoint {
  readonly url: string;
  readonly pid: number;
  /** ISO 8601 */
  readonly started: string;
  /** The version of Node that runs it, and its functions. */
  readonly node: string;
}

export class PlatformRunning extends Error {
  override readonly name = 'PlatformRunning';
  readonly endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    super(`a local platform runs at ${endpoint.url} (pid ${endpoint.pid})`);
    this.endpoint = endpoint;
  }
}

export interface Claim {
  publish(url: string): Promise<Endpoint>;
  release(): Promise<void>;
}

/** The platform that serves this directory, or null. It is asked itself: its pid may be another program's by now. */
export async function readEndpoint(dir: string): Promise<Endpoint | null> {
  try {
    const endpoint = JSON.parse(await readFile(join(dir, 'endpoint.json'), 'utf8')) as Endpoint;
    return endpoint.pid > 0 && (await askPid(endpoint.url)) === endpoint.pid ? endpoint : null;
  } catch {
    // Missing, cut short by a platform that was killed while it wrote, or nobody answers: either way none runs.
    return null;
  }
}

const healthTimeoutMs = 1_000;

async function askPid(url: string): Promise<unknown> {
  const signal = AbortSignal.timeout(healthTimeoutMs);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}${healthPath}`, { agent: false, signal }, resolve).once('error', reject);
  });
  return (JSON.parse(await text(answer)) as { pid?: unknown }).pid;
}

/** With its parents. Not mkdir's own recursion, which never ends where only the kernel makes folders, as in /proc. */
async function makeFolder(dir: string): Promise<void> {
  if (existsSync(dir)) return;
  await makeFolder(dirname(dir));
  await mkdir(dir, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Somebody else has made it meanwhile.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Takes the directory for this process. Rejects with `PlatformRunning` when it is taken. */
export async function claimEndpoint(dir: string): Promise<Claim> {
  await makeFolder(dir);
  const lock = join(dir, 'lock');
  await takeLock(lock, dir);
  const file = join(dir, 'endpoint.json');
  const isTaken = async () => (await readOwner(lock)) !== String(process.pid);
  return {
    async publish(url) {
      // A platform that starts for too long is taken for dead, and loses the lock.
      if (await isTaken()) throw new PlatformRunning((await readEndpoint(dir)) ?? starting(await readOwner(lock)));
      const { node } = process.versions;
      const endpoint = { url, pid: process.pid, started: new Date().toISOString(), node };
      await writeFile(`${file}.tmp`, JSON.stringify(endpoint));
      await rename(`${file}.tmp`, file);
      return endpoint;
    },
    async release() {
      if (await isTaken()) return;
      await rm(file, { force: true });
      await rm(lock, { force: true });
    },
  };
}

async function takeLock(lock: string, dir: string): Promise<void> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = await readOwner(lock);
    const endpoint = await awaitOwner(lock, dir, owner);
    if (endpoint) throw new PlatformRunning(endpoint);
    await removeStale(lock, owner);
    await takeLock(lock, dir);
  }
}

const startTimeoutMs = 3_000;

/** The endpoint of the lock's owner, once it has started; null when it is dead, or another program has its pid now. */
async function awaitOwner(lock: string, dir: string, owner: string): Promise<Endpoint | null> {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(50)) {
    const endpoint = await readEndpoint(dir);
    if (endpoint) return endpoint;
    if ((await readOwner(lock)) !== owner) return null;
    // A file without a pid is being written at this moment.
    if (owner !== '' && !isAlive(Number(owner))) return null;
  }
  return null;
}

async function readOwner(lock: string): Promise<string> {
  return readFile(lock, 'utf8').catch(() => '');
}

/**
 * Moves a stale lock away before removing it: the slower one of two that do so may have moved the new lock of the
 * other, and puts it back.
 */
async function removeStale(lock: string, owner: string): Promise<void> {
  if ((await readOwner(lock)) !== owner) return;
  const aside = `${lock}.${process.pid}`;
  try {
    await rename(lock, aside);
    if ((await readOwner(aside)) !== owner) await link(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function starting(owner: string): Endpoint {
  return { url: 'starting', pid: Number(owner), started: '', node: '' };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
