/**
 * Everything the local platform remembers, made comparable: what is random or a time is replaced by what it names, and
 * of the versions only those stay that a stage points to, in the place of their numbers.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface World {
  /** Of the whole state. */
  readonly hash: string;
  /** For a person who looks for the difference. */
  readonly text: string;
  /** Published versions that no stage points to. */
  readonly spare: number;
  /** The version that is live on the stage `staging`; null where there is none. */
  readonly live: string | null;
  /** The version that was live before that one. */
  readonly before: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

/** Times, and ids that nothing refers to. */
const passing =
  /^(?:RevisionId|RoleId|LastModified|LastModifiedTime|nextVersion|port|lastRun|token|messages|history|State\w*|\w*At|\w*(?:Date|Time|time|Timestamp))$/;
/** Ids that are referred to, by which they are found in texts too. */
const referred = /^(?:ApiId|IntegrationId|RouteId|UrlId|ApiMappingId)$/;

/** Of certificates and the records that prove them. */
const randomIds = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=_)[0-9a-f]{32}|\bd-[0-9a-z]{10}\b/g;

export function readState(stateDir: string): Fields {
  return JSON.parse(readFileSync(join(stateDir, 'state.json'), 'utf8')) as Fields;
}

export function readWorld(stateDir: string): World {
  const state = readState(stateDir);
  const functions = Object.entries((state.functions ?? {}) as Record<string, Fields>);
  const shown = Object.fromEntries(functions.map(([name, fn]) => [name, withoutNumbers(fn)]));
  let text = JSON.stringify(sorted({ ...state, functions: shown }), null, 1);
  const ids = new Map<string, string>();
  const nameFor = (id: string) => {
    const name = ids.get(id) ?? `id-${ids.size}`;
    ids.set(id, name);
    return name;
  };
  for (const id of new Set([...idsOf(state), ...(text.match(randomIds) ?? [])]))
    text = text.replaceAll(id, nameFor(id));
  return {
    text,
    hash: createHash('sha256').update(text).digest('hex').slice(0, 16),
    spare: functions.reduce((sum, [, fn]) => sum + spareVersions(fn), 0),
    live: liveOf(functions[0]?.[1]),
    before: beforeOf(functions[0]?.[1]),
  };
}

/** Aliases with the content of their version, and what was live before them as content too. */
function withoutNumbers({ versions, aliases, ...fn }: Fields): Fields {
  const contents = versions as Record<string, Fields>;
  const shown = Object.entries(aliases as Record<string, Fields>).map(([name, alias]) => {
    const { FunctionVersion, Description, ...rest } = alias;
    const before = parseBefore(Description);
    return [
      name,
      { ...rest, is: contentOf(contents, String(FunctionVersion)), from: before ? contentOf(contents, before) : '' },
    ];
  });
  return { ...fn, aliases: Object.fromEntries(shown) };
}

function contentOf(versions: Record<string, Fields>, number: string): Json {
  const { Version: _, ...content } = versions[number] ?? { missing: number };
  return content;
}

function spareVersions({ versions, aliases }: Fields): number {
  const live = new Set(Object.values(aliases as Record<string, Fields>).map(({ FunctionVersion }) => FunctionVersion));
  return Object.keys(versions as Fields).filter((number) => !live.has(number)).length;
}

function liveOf(fn: Fields | undefined): string | null {
  const version = stagingOf(fn)?.FunctionVersion;
  return version === undefined ? null : String(version);
}

function beforeOf(fn: Fields | undefined): string {
  return parseBefore(stagingOf(fn)?.Description ?? null);
}

function stagingOf(fn: Fields | undefined): Fields | undefined {
  return ((fn?.aliases ?? {}) as Record<string, Fields>).staging;
}

function parseBefore(description: Json | undefined): string {
  return /^from v(\d+)$/.exec(String(description))?.[1] ?? '';
}

/** Keys in order, without what passes. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as Fields).filter(([key]) => !passing.test(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}

function idsOf(value: Json): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) =>
    referred.test(key) && typeof one === 'string' ? [one] : idsOf(one as Json),
  );
}
