/** Puts together what changes in one go: it is one change. */

/**
 * How long no further event must come before a change counts as complete. chokidar reports a file at most once in 50
 * ms; whatever is written after that is either read with the change, or reported again.
 */
const quietMs = 50;

export interface Batch {
  /** `isNew`: nothing of that name was there before. */
  add(path: string, isNew: boolean): void;
  close(): void;
}

/** What came and went within a change, as the file that an editor saves to and renames, is no part of it. */
export function createBatch(exists: (path: string) => boolean, onChange: (paths: readonly string[]) => void): Batch {
  const changed = new Map<string, boolean>();
  let timer: NodeJS.Timeout | undefined;
  function tell(): void {
    const paths = [...changed].flatMap(([path, isNew]) => (isNew && !exists(path) ? [] : [path]));
    changed.clear();
    if (paths.length > 0) onChange(paths);
  }
  return {
    add(path, isNew) {
      changed.set(path, changed.get(path) ?? isNew);
      clearTimeout(timer);
      timer = setTimeout(tell, quietMs);
    },
    close: () => clearTimeout(timer),
  };
}
