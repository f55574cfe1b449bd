/** Keys of apex/up that are not here. A file that has one deserves better than "unknown key": what it means, what to do. */
import { isRecord } from '../http/json.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import type { Source } from './source.ts';
import { keyAt, nearestNode, problemAt } from './source.ts';

/** By the object that holds them. Each is the rest of a sentence that begins with the key. */
type Keys = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Without them the app would be another one. */
const missing: Keys = {
  '': {
    dns: 'is not supported yet: keep these records in Route 53, where those of a "domain" are written for it',
  },
};

/** Without them it is the same. */
const needless: Keys = {
  'actions.*': {
    gifs: 'is not needed, leave it out: messages come without pictures',
  },
  lambda: {
    accelerate: 'is not needed, leave it out: large packages go through a bucket in the region of the app',
    endpoint: 'is not needed, leave it out: an HTTP API is regional',
  },
  proxy: {
    backoff: 'is not needed, leave it out: an app that fails to start is tried again with growing pauses',
    retry: 'is not needed, leave it out: what provably never reached the app is sent again',
    shutdown_timeout: 'is not needed, leave it out: Lambda gives the app 300 ms after SIGTERM',
  },
};

/** Why a key of apex/up is refused; undefined for any other key. A stage refuses what the top of the file refuses too. */
export function legacyMessage(parent: Path, key: string): string | undefined {
  return find(missing, parent, key);
}

function find(keys: Keys, parent: Path, key: string): string | undefined {
  const [section, , ...inStage] = parent;
  const place = section === 'stages' && parent.length >= 2 ? inStage : parent;
  const here = keys[place.map((part) => (typeof part === 'number' ? '*' : part)).join('.')] ?? {};
  return Object.hasOwn(here, key) ? here[key] : undefined;
}

/** The file without the keys of apex/up that have no effect, and a warning for each. */
export function withoutNeedless(source: Source, file: unknown): { value: unknown; warnings: Problem[] } {
  const warnings: Problem[] = [];
  const strip = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => strip(item, [...path, index]));
    if (!isRecord(value)) return value;
    const kept = Object.entries(value).filter(([key]) => {
      const why = find(needless, path, key);
      if (why !== undefined) warnings.push(warning(source, [...path, key], why));
      return why === undefined;
    });
    return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner, [...path, key])]));
  };
  return { value: strip(file, []), warnings };
}

function warning(source: Source, path: Path, why: string): Problem {
  return problemAt(source, keyAt(source, path) ?? nearestNode(source, path), path, `\`${renderPath(path)}\` ${why}`);
}
