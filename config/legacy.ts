/** Keys of apex/up that are not here yet. A file that has one deserves better than "unknown key". */
import type { Path } from './problems.ts';

/** By the object that holds them; `*` is any stage. */
const unsupportedKeys: Readonly<Record<string, readonly string[]>> = {
  '': ['alerts', 'actions', 'dns', 'tags'],
  lambda: ['vpc', 'layers', 'accelerate', 'endpoint'],
};

/** True for a key of apex/up that this version refuses. A stage refuses what the top of the file refuses too. */
export function isUnsupportedKey(parent: Path, key: string): boolean {
  return placesOf(parent).some((place) => unsupportedKeys[place]?.includes(key));
}

function placesOf(parent: Path): string[] {
  const [section, , ...inStage] = parent;
  if (section !== 'stages' || parent.length < 2) return [parent.join('.')];
  return inStage.length === 0 ? ['stages.*', ''] : [inStage.join('.')];
}
