/**
 * Compiles a Go program for this machine. A deploy compiles it for Lambda's (build/detect.ts), which another system or
 * another processor cannot run. Go keeps what has not changed.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from '../../build/detect.ts';
import { runHook } from '../../build/hooks.ts';
import type { Building } from './building.ts';
import type { Subject } from './read.ts';

/** Where a package has it. */
const packaged = 'server';
const started = '.up/start/server';

type Compiling = Pick<Subject, 'app' | 'config'>;

/** What a build hook of up.json makes is left to it. */
function isCompiled({ app, config }: Compiling): boolean {
  return app.kind === 'go' && config.hooks.build === undefined;
}

/** The app as it is started here, out of the way of a package. Throws UP_HOOK_FAILED with what Go says. */
export async function compiled(dir: string, subject: Compiling, building: Building): Promise<App> {
  if (!isCompiled(subject)) return subject.app;
  await compile(dir, started, subject.app, building);
  return { ...subject.app, command: `./${started}`, argv: [`./${started}`] };
}

/** The program as a package takes it. */
export async function compileForPackage(dir: string, subject: Compiling, building: Building): Promise<void> {
  if (isCompiled(subject)) await compile(dir, packaged, subject.app, building);
}

/** The file that is made of the others, and is no reason to make it again; null where none is. */
export function madeFile(subject: Compiling): string | null {
  return isCompiled(subject) ? packaged : null;
}

async function compile(dir: string, file: string, { goPackage = '.' }: App, building: Building): Promise<void> {
  await mkdir(dirname(join(dir, file)), { recursive: true });
  const command = `CGO_ENABLED=0 go build -o ${file} ${goPackage}`;
  await building(command, (say) => runHook('build', command, { dir, onOutput: (chunk) => say(lastLine(chunk)) }));
}

/** Of modules that are downloaded, say. */
function lastLine(chunk: string): string {
  return chunk.trimEnd().split('\n').at(-1) ?? '';
}
