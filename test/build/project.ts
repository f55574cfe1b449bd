/** Projects on disk for the tests of the build, and reading back what was packaged. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import { fromBuffer } from 'yauzl';
import { type DetectOptions, detect } from '../../cli/build/detect.ts';
import { asBuilt } from '../../cli/build/next-server.ts';
import type { Package } from '../../cli/build/package.ts';
import { buildPackage } from '../../cli/build/package.ts';
import type { PackagedConfig, PackagedStage } from '../../cli/build/packaged-config.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Text, a link (`-> target`), or text with the executable bit (`#!...`). */
export type Files = Readonly<Record<string, string>>;

const folders: string[] = [];

afterAll(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});

export function emptyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-build-'));
  folders.push(dir);
  return dir;
}

export function project(files: Files): string {
  const dir = emptyFolder();
  for (const [path, content] of Object.entries(files)) addFile(join(dir, path), content);
  return dir;
}

function addFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (content.startsWith('-> ')) {
    symlinkSync(content.slice(3), path);
    return;
  }
  writeFileSync(path, content);
  if (content.startsWith('#!')) chmodSync(path, 0o755);
}

export const proxyFiles: Files = {
  bootstrap: '#!/bin/sh\nexec node\n',
  'handler.mjs': 'export {};\n',
  'relay/hook.cjs': '//\n',
};

export const packagedStage: PackagedStage = {
  app: { command: 'node app.js', argv: ['node', 'app.js'], node: true },
  proxy: { background: 0 },
};

export const proxyConfig: PackagedConfig = { version: 1, stages: { staging: packagedStage } };

/** Packages a folder as `up build` would. */
export async function pack(dir: string, options: DetectOptions = {}, now?: number): Promise<Package> {
  return buildPackage({
    dir,
    ...(now !== undefined && { now }),
    app: await asBuilt(dir, await detect(dir, options)),
    proxyDir: project(proxyFiles),
    proxyConfig,
  });
}

export interface Unzipped {
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
  readonly time: string;
}

export async function unzip(zip: Buffer): Promise<Unzipped[]> {
  const entries: Unzipped[] = [];
  await new Promise<void>((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      file.on('error', reject).on('end', resolve);
      file.on('entry', (entry) => {
        file.openReadStream(entry, async (failed, stream) => {
          if (failed) return reject(failed);
          const mode = entry.externalFileAttributes >>> 16;
          const time = entry.getLastModDate({ timezone: 'UTC' }).toISOString();
          entries.push({ path: entry.fileName, mode, content: await buffer(stream), time });
          file.readEntry();
        });
      });
      file.readEntry();
    });
  });
  return entries;
}

/** Unzips to a folder, modes and links included. */
export async function unzipTo(zip: Buffer): Promise<string> {
  const dir = emptyFolder();
  for (const { path, mode, content } of await unzip(zip)) {
    const target = join(dir, path);
    mkdirSync(dirname(target), { recursive: true });
    if ((mode & 0o170000) === 0o120000) symlinkSync(content.toString(), target);
    else writeFileSync(target, content, { mode: mode & 0o777 });
  }
  return dir;
}

/** Copies packages and all they depend on from our own node_modules: an `npm install` that needs no network. */
export function copyPackages(names: readonly string[], dir: string): void {
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const target = join(dir, 'node_modules', name);
    if (existsSync(target)) continue;
    const source = join(root, 'node_modules', name);
    cpSync(source, target, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
    waiting.push(...Object.keys(manifest.dependencies ?? {}));
  }
}

/** Starts an app on a free port and gives back its address once it answers; it ends with the test. */
export async function serve(dir: string, argv: readonly string[]): Promise<string> {
  const port = await freePort();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: dir,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => stop(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null) {
    if (await answers(url)) return url;
    await setTimeout(20);
  }
  throw new Error(`the app ended: ${output}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
