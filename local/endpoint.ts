/**
 * `endpoint.json` in the state directory names the running platform: `{url, pid, started}`. It also keeps a second
 * platform from the same state.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Endpoint {
  readonly url: string;
  readonly pid: number;
  /** ISO 8601 */
  readonly started: string;
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

/** The platform that serves this directory, or null. */
export async function readEndpoint(dir: string): Promise<Endpoint | null> {
  try {
    const endpoint = JSON.parse(await readFile(join(dir, 'endpoint.json'), 'utf8')) as Endpoint;
    return isAlive(endpoint.pid) ? endpoint : null;
  } catch {
    // Missing, or cut short by a platform that was killed while it wrote: either way none runs.
    return null;
  }
}

/** Takes the directory for this process. Rejects with `PlatformRunning` when it is taken. */
export async function claimEndpoint(dir: string): Promise<Claim> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = join(dir, 'lock');
  await takeLock(lock, dir);
  const file = join(dir, 'endpoint.json');
  return {
    async publish(url) {
      const endpoint = { url, pid: process.pid, started: new Date().toISOString() };
      await writeFile(`${file}.tmp`, JSON.stringify(endpoint));
      await rename(`${file}.tmp`, file);
      return endpoint;
    },
    async release() {
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
    const pid = Number(await readFile(lock, 'utf8'));
    if (isAlive(pid)) throw new PlatformRunning((await readEndpoint(dir)) ?? { url: 'starting', pid, started: '' });
    // Its owner was killed.
    await rm(lock, { force: true });
    await takeLock(lock, dir);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
