/** An app that is there already: what it is, and the smallest up.json that is true of it. */
import { readdir } from 'node:fs/promises';
import { type App, detect } from '../build/detect.ts';
import { UpBuildError } from '../build/error.ts';
import { type ForeignApp, findForeignApp, findForeignProgram } from '../build/foreign-app.ts';
import type { Identity } from './files.ts';

/** Null where the folder, which need not exist, holds none. */
export async function findApp(dir: string): Promise<App | null> {
  try {
    return await detect(dir);
  } catch (error) {
    if (error instanceof UpBuildError && error.code === 'UP_APP_NOT_FOUND') return null;
    throw error;
  }
}

/** Of another language, found by its files alone; undefined where the folder, which need not exist, holds none. */
export async function findOtherApp(dir: string): Promise<ForeignApp | undefined> {
  const names = new Set(await readdir(dir).catch(() => []));
  return (await findForeignApp(dir, names)) ?? findForeignProgram(names);
}

/**
 * What the defaults do not say; null when they say it all. A name that is not in package.json is that of the folder, and
 * an app would get lost when somebody clones it into another.
 */
export function smallestConfig({ name, region }: Identity, packaged: string | null): object | null {
  const config = {
    ...(name !== packaged && { name }),
    ...(region !== undefined && { regions: [region] }),
  };
  return Object.keys(config).length === 0 ? null : config;
}
