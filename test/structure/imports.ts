/** The arrows between the parts of this project, and the table of those that are allowed (architecture.md, section 2). */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface Arrow {
  /** The importing file, from the root. */
  readonly from: string;
  /** A file from the root, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** Only once it is come to: `import()`. */
  readonly lazy: boolean;
}

interface Permission {
  /** A folder (with a slash at its end) or a package; `@scope/` is every package of the scope. */
  readonly to: string;
  readonly typesOnly?: true;
  /** Only these files; without it, every file of the part. */
  readonly only?: RegExp;
}

const awayFromLocal = /^cli\/(?:commands\/(?:local|start)|build\/boot-check)(?:\.ts$|\/)/;
const start = /^cli\/commands\/start(?:\.ts$|\/)/;
const build = /^cli\/build\//;
const tunnel = /^cli\/aws\/tunnel\.ts$/;

/** What each part may import besides itself and Node. */
const table: Readonly<Record<string, readonly Permission[]>> = {
  http: [],
  config: [{ to: 'zod' }, { to: 'jsonc-parser' }, { to: 'http/' }],
  middleware: [{ to: 'http/' }, { to: 'config/', typesOnly: true }],
  proxy: [
    { to: 'http/' },
    { to: 'middleware/' },
    { to: 'config/', typesOnly: true },
    { to: 'undici' },
    { to: 'aws4fetch' },
  ],
  runtime: [],
  cli: [
    { to: 'config/' },
    { to: 'http/' },
    { to: '@aws-sdk/' },
    { to: 'yargs' },
    { to: 'zod' },
    { to: 'jsonc-parser' },
    { to: 'picocolors' },
    { to: 'chokidar' },
    // The policy that deploys need, which is made from their calls.
    { to: 'docs/permissions.json' },
    { to: 'esbuild', only: build },
    { to: 'fflate', only: build },
    { to: 'ignore', only: build },
    { to: 'agent-base', only: tunnel },
    { to: 'https-proxy-agent', only: tunnel },
    { to: 'proxy-from-env', only: tunnel },
    { to: 'proxy/', only: start },
    { to: 'local/', only: awayFromLocal },
  ],
  local: [{ to: 'http/' }, { to: 'proxy/events/' }, { to: 'yauzl' }],
};

export const parts = Object.keys(table);

/** The arrows of one file; the text is looked at, never run. */
export function arrowsOf(file: string, source: string): Arrow[] {
  const code = source.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const statements = /^(?:import|export)(\s+type)?\b(?:[^'"`;=]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
  const calls = /\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g;
  return [
    ...[...code.matchAll(statements)].map(([, type, to = '']) =>
      toArrow(file, to, { typeOnly: type !== undefined, lazy: false }),
    ),
    ...[...code.matchAll(calls)].map(([, to = '']) => toArrow(file, to, { typeOnly: false, lazy: true })),
  ];
}

function toArrow(from: string, specifier: string, how: Pick<Arrow, 'typeOnly' | 'lazy'>): Arrow {
  const to = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : packageOf(specifier);
  return { from, to, ...how };
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

export function isAllowed({ from, to, typeOnly }: Arrow): boolean {
  const [part = ''] = from.split('/');
  if (to.startsWith('node:') || to.startsWith(`${part}/`)) return true;
  return (table[part] ?? []).some(
    (permission) =>
      (to === permission.to || (permission.to.endsWith('/') && to.startsWith(permission.to))) &&
      (typeOnly || permission.typesOnly === undefined) &&
      (permission.only === undefined || permission.only.test(from)),
  );
}

export function describeArrow({ from, to, typeOnly }: Arrow): string {
  return `${from} -> ${to}${typeOnly ? ' (types)' : ''}`;
}

/** Every arrow of every source file under these parts. */
export function allArrows(root: string): Arrow[] {
  const files = parts.flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((file) => posix.join(part, file)),
  );
  return files
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.endsWith('.d.ts'))
    .flatMap((file) => arrowsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** The files that need themselves to be loaded, each with the way that leads back to it. */
export function circles(arrows: readonly Arrow[]): string[] {
  const needs = new Map<string, string[]>();
  for (const { from, to, typeOnly, lazy } of arrows)
    if (!typeOnly && !lazy) needs.set(from, [...(needs.get(from) ?? []), to]);
  return [...needs.keys()].flatMap((file) => wayBack(file, needs)?.join(' -> ') ?? []);
}

function wayBack(file: string, needs: ReadonlyMap<string, readonly string[]>): string[] | null {
  const ways = [[file]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const to of needs.get(way.at(-1) ?? '') ?? []) {
      if (to === file) return [...way, file];
      if (!seen.has(to)) ways.push([...way, to]);
      seen.add(to);
    }
  }
  return null;
}
