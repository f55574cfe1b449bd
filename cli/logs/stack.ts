/**
 * Stack traces of bundled code, read with the maps that were kept beside the release: here, while they are shown, so that
 * they cost nothing where the app runs.
 */
import { stat } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, posix } from 'node:path';
import { findMaps } from '../build/maps.ts';
import { once } from '../once.ts';
import type { LogRecord } from './record.ts';
import type { ReleaseIndex } from './release-index.ts';

/** `    at create (file:///var/task/app.mjs:1:9312)`, or without the name and the parentheses. */
const frame = /^(\s*at (?:.* )?\(?)((?:file:\/\/)?[^\s()]*):(\d+):(\d+)(\)?)$/gm;

export interface KnownMap {
  readonly map: SourceMap;
  /** The folder of the bundle in the package, '' at its root: what the map names stands relative to it. */
  readonly folder: string;
}

/** The map of a file, by where the file is. */
export type FindMap = (file: string) => KnownMap | null;

/** Frames without a map stay as they are. `note` says beside each what it was. */
function mapStack(text: string, find: FindMap, { note }: { readonly note: boolean }): string {
  return mapHead(text, find).replaceAll(
    frame,
    (whole, before: string, file: string, line: string, column: string, after: string) => {
      const origin = originOf(find(file), Number(line) - 1, Number(column) - 1);
      if (origin === null) return whole;
      const mapped = `${before}${origin.source}:${origin.line}:${origin.column}${after}`;
      const bundle = file.slice(file.lastIndexOf('/') + 1);
      return note ? `${mapped.padEnd(44)}  mapped from ${bundle}:${line}:${column}` : mapped;
    },
  );
}

/** Before a stack of what nobody caught, Node says `FILE:LINE`, then the line and a mark below the column. */
function mapHead(text: string, find: FindMap): string {
  return text.replace(
    /^((?:file:\/\/)?\/\S*):(\d+)\n(.*\n)( *)\^/m,
    (whole, file: string, line: string, code: string, before: string) => {
      const origin = originOf(find(file), Number(line) - 1, before.length);
      return origin === null ? whole : `${origin.source}:${origin.line}\n${code}${before}^`;
    },
  );
}

interface Origin {
  /** From the root of the package, as the author knows it. */
  readonly source: string;
  /** From 1, both. */
  readonly line: number;
  readonly column: number;
}

/** `line` and `column` from 0. */
function originOf(known: KnownMap | null, line: number, column: number): Origin | null {
  const entry = known?.map.findEntry(line, column);
  if (!known || !entry || !('originalSource' in entry) || !entry.originalSource) return null;
  const { originalSource, originalLine, originalColumn } = entry;
  const isRelative = !/^(?:\/|[a-z][a-z0-9+.-]*:)/i.test(originalSource);
  const source = isRelative ? posix.join(known.folder, originalSource) : originalSource;
  return { source, line: originalLine + 1, column: originalColumn + 1 };
}

export type MapRecord = (record: LogRecord) => Promise<LogRecord>;

/** Maps the stacks in a message, with a `note` of what each was, and in fields. `dir` has the project and its maps. */
export function createStackMapper(
  dir: string,
  releases: Pick<ReleaseIndex, 'find'>,
  { note }: { readonly note: boolean },
): MapRecord {
  const known = new Map<string, Promise<FindMap>>();

  async function load(version: string, commit: string): Promise<FindMap> {
    // What is there for no release is there for this one neither, and nobody has to be asked.
    if (!(await hasMaps(dir))) return () => null;
    const sha256 = (await releases.find(version))?.sha256;
    const kept = (sha256 ? await findMaps(dir, { sha256 }) : null) ?? (await findMaps(dir, { commit }));
    const maps = [...(kept?.maps ?? [])].map(([path, json]) => ({ path: `/${path}`, map: once(() => parseMap(json)) }));
    return (file) => {
      const found = maps.find(({ path }) => `/${file}`.endsWith(path));
      return found ? { map: found.map(), folder: posix.dirname(found.path).slice(1) } : null;
    };
  }

  return async function mapRecord(record) {
    if (!hasFrames(record.message) && !hasFrames(record.fields)) return record;
    const [version, commit] = [text(record.fields.version), text(record.fields.commit)];
    const key = `${version} ${commit}`;
    const finding = known.get(key) ?? load(version, commit);
    known.set(key, finding);
    const find = await finding;
    const fields = mapTexts(record.fields, (value) => mapStack(value, find, { note: false })) as LogRecord['fields'];
    return { ...record, message: mapStack(record.message, find, { note }), fields };
  };
}

async function hasMaps(dir: string): Promise<boolean> {
  return stat(join(dir, '.up', 'maps')).then(
    () => true,
    () => false,
  );
}

function parseMap(json: string): SourceMap {
  return new SourceMap(JSON.parse(json) as SourceMapPayload);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function hasFrames(value: unknown): boolean {
  // The first half is for the many that are none.
  if (typeof value === 'string') return value.includes('at ') && /^\s*at .*:\d+:\d+\)?$/m.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasFrames);
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}
