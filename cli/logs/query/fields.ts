/** Names of fields: where they stand in a record, and which of them hold text though they look like numbers. */
import type { Path } from './ast.ts';

export const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'fatal'];

/** These stand at the top of a record, all others under `fields`. */
const tops = new Set(['level', 'message', 'timestamp']);

/** A version is "7", and a commit may be all digits. */
const texts = new Set([
  ...['app', 'stage', 'version', 'commit', 'request_id', 'trace_id'],
  ...['method', 'path', 'query', 'ip', 'host', 'user_agent'],
]);

/** `order.items[2]["odd key"]` -> `['fields', 'order', 'items', 2, 'odd key']`; null when it is no name of a field. */
export function parsePath(word: string): Path | null {
  const steps: (string | number)[] = [];
  const step = /\.?(?<name>[\p{L}\p{N}_@$-]+)|\[(?<index>\d+)\]|\["(?<quoted>(?:[^"\\]|\\.)*)"\]/uy;
  for (let match = step.exec(word); match; match = step.exec(word)) {
    const { name, index, quoted } = match.groups ?? {};
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (quoted ?? '').replaceAll(/\\(.)/gsu, '$1'));
    if (step.lastIndex === word.length) return /^[.\d[]/.test(word) ? null : toPath(steps);
  }
  return null;
}

/** The path of a quoted name, which is one step whatever is in it. */
export function toPath(steps: Path): Path {
  const [first] = steps;
  if (first === 'fields' && steps.length > 1) return steps;
  return typeof first === 'string' && tops.has(first) && steps.length === 1 ? steps : ['fields', ...steps];
}

export function isLevel(path: Path): boolean {
  return path.length === 1 && path[0] === 'level';
}

export function isTimestamp(path: Path): boolean {
  return path.length === 1 && path[0] === 'timestamp';
}

/** Every record has them. */
export function isTop(path: Path): boolean {
  return path.length === 1;
}

export function isVersion(path: Path): boolean {
  return path.length === 2 && path[1] === 'version';
}

export function holdsText(path: Path): boolean {
  const name = path[1];
  return path.length === 1 || (path.length === 2 && typeof name === 'string' && texts.has(name));
}
