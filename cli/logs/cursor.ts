/**
 * The file of `--cursor`: how far a log has been shown, so that the next `up logs` goes on there. Written after what it
 * counts has been written out, and over the old one in one move.
 */
import { access, constants, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UpError } from '../errors.ts';
import type { Position } from './position.ts';

export interface Cursor {
  /** Epoch milliseconds. */
  readonly newest: number;
  readonly seen: ReadonlyMap<string, number>;
}

/** CloudWatch takes events of up to two hours ahead; the rest is for a clock that is wrong. */
const mostAheadMs = 86_400_000;

/** Null when there is no such file yet. Rejects with UP_LOGS_CURSOR, also where none could be written. */
export async function readCursor(file: string, app: string): Promise<Cursor | null> {
  await access(dirname(file), constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw bad(file, `cannot be written: ${error.code}`);
  });
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw bad(file, `cannot be read: ${error.code}`);
  });
  if (text === null) return null;
  const { app: owner, newest, seen } = parse(text);
  if (!isTime(newest) || !Array.isArray(seen)) throw bad(file, 'is not a cursor file');
  if (owner !== app) throw bad(file, `is the cursor of "${String(owner)}", and this is "${app}"`);
  return { newest, seen: new Map(seen.flatMap((id: unknown) => (typeof id === 'string' ? [[id, newest]] : []))) };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= Date.now() + mostAheadMs;
}

function parse(text: string): Partial<Record<'app' | 'newest' | 'seen', unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Said below.
    return {};
  }
}

function bad(file: string, why: string): UpError {
  return new UpError('UP_LOGS_CURSOR', `${file} ${why}`);
}

export async function saveCursor(file: string, app: string, position: Position): Promise<void> {
  const seen = [...position.seen().keys()];
  await writeFile(`${file}.tmp`, `${JSON.stringify({ app, newest: position.newest(), seen })}\n`);
  await rename(`${file}.tmp`, file);
}
