/** Edits of the text of up.json that keep its comments and its form. Pure. */
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { Path } from './problems.ts';

/** `stages.production.lambda`, `regions[0]`, `headers["/*"].x`: the inverse of `renderPath`. */
export function parsePath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (name ?? '') : (JSON.parse(quoted) as string);
  });
}

/** Without the key or element, its value and one comma; null when there is no such thing. */
export function unsetKey(text: string, path: Path): string | null {
  const found = find(text, path);
  const node = found?.parent?.type === 'property' ? found.parent : found;
  const siblings = node?.parent?.children;
  if (!node || !siblings) return null;
  const index = siblings.indexOf(node);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  // The library's own edit leaves half of the last element of an array that stands on one line.
  const start = after || !before ? node.offset : endOf(before);
  return text.slice(0, start) + text.slice(after?.offset ?? endOf(node));
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** With another name for the key; null when there is no such key, or the name is taken. */
export function renameKey(text: string, path: Path, name: string): string | null {
  const key = find(text, path)?.parent?.children?.[0];
  if (key?.type !== 'string' || find(text, [...path.slice(0, -1), name])) return null;
  return text.slice(0, key.offset) + JSON.stringify(name) + text.slice(endOf(key));
}

/** The value at a path. */
function find(text: string, path: Path): Node | undefined {
  const root = parseTree(text);
  return root && path.length > 0 ? findNodeAtLocation(root, [...path]) : undefined;
}
