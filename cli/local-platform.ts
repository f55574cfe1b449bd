/** Finds the local platform that serves a project, and starts one in the background when none runs. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpError } from './errors.ts';
import { programFile, upTo } from './paths.ts';

/** `$UP_LOCAL_DIR`, else `.up/local` at the git root of the project, else in the project. */
export function localDir(env: NodeJS.ProcessEnv, projectDir: string): string {
  if (env.UP_LOCAL_DIR) return resolve(env.UP_LOCAL_DIR);
  return join(upTo('.git', projectDir) ?? projectDir, '.up', 'local');
}

export interface RunningPlatform {
  readonly url: string;
  readonly pid: number;
}

/** What `endpoint.json` names, if that process lives. */
export function findLocalPlatform(dir: string): RunningPlatform | null {
  try {
    const endpoint = JSON.parse(readFileSync(join(dir, 'endpoint.json'), 'utf8')) as RunningPlatform;
    process.kill(endpoint.pid, 0);
    return endpoint;
  } catch {
    // No file, or its process is gone: none runs.
    return null;
  }
}

const startTimeoutMs = 15_000;

/** The URL of the platform's endpoint. */
export async function ensureLocalPlatform(env: NodeJS.ProcessEnv, projectDir: string): Promise<string> {
  const dir = localDir(env, projectDir);
  const running = findLocalPlatform(dir);
  if (running) return running.url;
  const log = join(dir, 'platform.log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [programFile, 'local', '-C', projectDir, '--quiet'], {
    env: { ...env, UP_LOCAL_DIR: dir },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.unref();
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const started = findLocalPlatform(dir);
    if (started) return started.url;
    // One that lost the race against another `up --local` exits; the winner's endpoint appears all the same.
    if (child.exitCode !== null && child.exitCode !== 5) break;
    await sleep(20);
  }
  throw new UpError('UP_LOCAL_START', 'The local platform did not start', { evidence: lastLines(log) });
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}
