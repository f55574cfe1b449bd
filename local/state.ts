/**
 * The state of the local platform on disk: `state.json`, and the packages under `code/`. Every write is atomic, so that a
 * killed process leaves either the old state or the new one. It refuses to begin empty over a state it cannot read.
 */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../http/json.ts';
import { type BlobStore, openBlobs } from './aws/blobs.ts';
import { type CodeStore, openCode } from './aws/code.ts';
import { isMissing, writeDurably } from './aws/disk.ts';
import { emptyRecord, withoutPrototype } from './aws/record.ts';
import { usedBlobs } from './aws/s3/find.ts';
import type { State } from './model.ts';

export interface Store extends CodeStore {
  readonly state: State;
  readonly dir: string;
  /** The bytes of S3's objects. */
  readonly blobs: BlobStore;
  /** Where an unreadable state file was set aside when the one before it was taken instead; null in ordinary life. */
  readonly recovered: string | null;
  /** Resolves once the state as it is now is on disk. Calls made while a write runs share the next one. */
  save(): Promise<void>;
  /** Removes packages that no version of any function refers to, and bytes that no object does. Call it when nothing runs: at start. */
  collect(): Promise<void>;
}

const stateName = 'state.json';
const previousName = 'state.previous.json';

/** Opens the state in `dir`, which is created when missing. */
export async function openStore(dir: string): Promise<Store> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await removeLeftovers(dir);
  const { state, recovered } = await readState(dir);
  const code = await openCode(join(dir, 'code'));
  const blobs = openBlobs(join(dir, 'objects'));
  return {
    ...code,
    state,
    dir,
    blobs,
    recovered,
    save: coalesce(() => writeState(dir, state)),
    async collect() {
      await code.keep(() => usedCode(state));
      await blobs.keep(usedBlobs(state));
    },
  };
}

function newState(): State {
  return {
    version: 1,
    roles: emptyRecord(),
    userPolicies: emptyRecord(),
    functions: emptyRecord(),
    apis: emptyRecord(),
    logGroups: emptyRecord(),
    parameters: emptyRecord(),
    buckets: emptyRecord(),
    certificates: emptyRecord(),
    hostedZones: emptyRecord(),
    domainNames: emptyRecord(),
    scheduleGroups: emptyRecord(),
    schedules: emptyRecord(),
    alarms: emptyRecord(),
    topics: emptyRecord(),
    messages: [],
  };
}

/** A write takes milliseconds: older temporary files were left by a killed process, younger ones may be in use. */
const leftoverAgeMs = 60_000;

async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!/^state\.[0-9a-f]+\.tmp$/.test(name)) continue;
    const path = join(dir, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > leftoverAgeMs) await rm(path, { force: true });
  }
}

async function readState(dir: string): Promise<{ state: State; recovered: string | null }> {
  const path = join(dir, stateName);
  const text = await readText(path);
  const before = await readText(join(dir, previousName));
  if (text === null && before === null) return { state: newState(), recovered: null };
  const state = text === null ? null : parseState(text);
  if (state) return { state, recovered: null };
  const previous = before === null ? null : parseState(before);
  if (!previous) throw new Error(`${path} is damaged. Move it away to begin with an empty local platform.`);
  return { state: previous, recovered: text === null ? null : await setAside(path) };
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function parseState(text: string): State | null {
  try {
    const value: unknown = JSON.parse(text, withoutPrototype);
    // Members that an older platform did not have are empty.
    return isState(value) ? { ...newState(), ...value } : null;
  } catch {
    // Not JSON: the caller decides what to do about it.
    return null;
  }
}

function isState(value: unknown): value is State {
  if (!isRecord(value) || value.version !== 1) return false;
  const { roles, functions, apis, logGroups } = value;
  if (![roles, apis, logGroups].every(isRecord) || !isRecord(functions)) return false;
  return Object.values(functions).every(isFunction);
}

/** As far as everything that starts a platform looks into it. */
function isFunction(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.versions) || !isRecord(value.aliases)) return false;
  return [value.latest, ...Object.values(value.versions)].every(
    (version) => isRecord(version) && typeof version.CodeSha256 === 'string',
  );
}

async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged-${Date.now()}`;
  await rename(path, aside);
  return aside;
}

async function writeState(dir: string, state: State): Promise<void> {
  const temporary = join(dir, `state.${randomBytes(8).toString('hex')}.tmp`);
  try {
    await writeDurably(temporary, Buffer.from(`${JSON.stringify(state, null, 1)}\n`));
    await keepPrevious(dir);
    await rename(temporary, join(dir, stateName));
  } finally {
    // On a full disk, the half-written file would keep it full.
    await rm(temporary, { force: true });
  }
  await syncFolder(dir);
}

/** The generation before this one stays beside it: `state.json` exists at every moment in between. */
async function keepPrevious(dir: string): Promise<void> {
  try {
    await rm(join(dir, previousName), { force: true });
    await link(join(dir, stateName), join(dir, previousName));
  } catch {
    // First write, or a file system without hard links: there is no generation before.
  }
}

async function syncFolder(dir: string): Promise<void> {
  try {
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows cannot open folders; its renames need no sync.
  }
}

/** One write at a time. Everyone who asks before a write begins shares it, and it begins with all changes made so far. */
function coalesce(write: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    waiting = null;
    return write();
  };
  return function save() {
    if (waiting) return waiting;
    waiting = last.then(begin, begin);
    last = waiting;
    return waiting;
  };
}

function usedCode(state: State): Set<string> {
  const used = new Set<string>();
  for (const fn of Object.values(state.functions))
    for (const version of [fn.latest, ...Object.values(fn.versions)]) used.add(version.CodeSha256);
  return used;
}
