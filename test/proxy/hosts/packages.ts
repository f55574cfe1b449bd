/** The built `_up/` as a package holds it, driven from outside as Lambda does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { appsScript } from '../../../cli/build/apps-script.ts';
import type { PackagedConfig } from '../../../proxy/settings.ts';
import { appsDir } from '../apps.ts';
import type { Result } from '../events/converting.ts';
import { noFeatures } from '../wire.ts';
import type { RuntimeServer } from './runtime-server.ts';

const built = fileURLToPath(new URL('../../../dist/proxy/', import.meta.url));

export const stage: PackagedConfig['stages'][string] = {
  ...noFeatures,
  name: 'shop',
  app: { command: 'node web.mjs', argv: ['node', 'web.mjs'], node: true },
  path: '',
  proxy: {
    timeout: 5,
    timeouts: {},
    listen_timeout: 5,
    background: 0,
    stream: false,
    events_path: '/events',
    error_statuses: ['500-599'],
  },
};

/** A package unzipped into a folder of its own: the app's files and `_up/`. */
export function unpacked(app = stage.app, proxy = stage.proxy): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-package-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(appsDir, dir, { recursive: true });
  mkdirSync(join(dir, '_up'));
  // The package of this project, as an app depends on it.
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(fileURLToPath(new URL('../../..', import.meta.url)), join(dir, 'node_modules/up'));
  cpSync(built, join(dir, '_up'), { recursive: true });
  const config: PackagedConfig = {
    version: 1,
    stages: { staging: { ...stage, app, proxy }, production: { ...stage, app, proxy } },
  };
  writeFileSync(join(dir, '_up/config.json'), JSON.stringify(config));
  writeFileSync(join(dir, '_up/apps.bash'), appsScript(config));
  return dir;
}

export function eventFor(method: string, target: string, body?: string) {
  const [rawPath = '', rawQueryString = ''] = target.split('?');
  return {
    version: '2.0',
    rawPath,
    rawQueryString,
    headers: { host: 'shop.example', 'content-type': 'text/plain' },
    body,
    isBase64Encoded: false,
    requestContext: {
      domainName: 'abc.execute-api.us-east-1.amazonaws.com',
      timeEpoch: Date.now(),
      http: { method, path: rawPath, sourceIp: '192.0.2.7' },
    },
  };
}

export interface Runtime {
  readonly child: ChildProcess;
  /** What it has printed, as records. */
  records(): { level: string; message: string; fields: Record<string, unknown> }[];
  output(): string;
}

/** `_up/bootstrap` in the environment Lambda gives it. */
export function bootstrap(dir: string, endpoint: string, env: NodeJS.ProcessEnv = {}): Runtime {
  const child = spawn(join(dir, '_up/bootstrap'), [process.execPath, '--expose-gc', '/var/runtime/index.mjs'], {
    cwd: dir,
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: dir,
      AWS_LAMBDA_RUNTIME_API: endpoint,
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      UP_COMMIT: 'abc',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const lines = () => output.split('\n').filter((line) => line.startsWith('{'));
  return { child, output: () => output, records: () => lines().map((line) => JSON.parse(line)) };
}

export async function invoke(server: RuntimeServer, event: unknown): Promise<Result> {
  return JSON.parse((await server.invoke(event)).body);
}
