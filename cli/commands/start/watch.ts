/** Watches the files of a project. */
import { fstatSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  readonly dir: string;
  /** Files around `dir` that are watched as well, relative to it. */
  readonly around: readonly string[];
  /** Asked for each path when it is found; relative to `dir`, with forward slashes. */
  readonly matters: (path: string, kind: 'file' | 'folder') => boolean;
  /** `isNew`: nothing of that name was there before. */
  readonly onChange: (path: string, isNew: boolean) => void;
  /** The system watches no more files, say. */
  readonly onError: (error: Error) => void;
}

export interface Watcher {
  /** Resolves when every change from now on is seen, with the number of files. */
  readonly ready: Promise<number>;
  /** Watches further files around the folder, as they were read after `since`, epoch milliseconds. */
  add(around: readonly string[], since: number): void;
  close(): Promise<void>;
}

export function watchFiles({ dir, around, matters, onChange, onError }: WatchOptions): Watcher {
  const pathOf = (path: string) => relative(dir, path).split(sep).join('/');
  const placeOf = (path: string) => join(dir, path);
  const watcher = watch([dir, ...around.map(placeOf)], {
    alwaysStat: true,
    followSymlinks: false,
    ignored: (path, stats) => {
      const name = pathOf(path);
      if (stats === undefined) return !matters(name, 'file') && !matters(name, 'folder');
      return !matters(name, stats.isDirectory() ? 'folder' : 'file');
    },
  });
  const outputs = outputFiles();
  let isReady = false;
  /**
   * The version of each file at its last event: chokidar also reports new links to a file, changes of its mode and its
   * being read.
   */
  const versions = new Map<string, string>();
  /** When what is not yet watched was read. */
  const added = new Map<string, number>();
  const look = (path: string, found?: Stats) => {
    const name = pathOf(path);
    const read = added.get(name);
    // chokidar looks at a file first, and watches it then: what is written between the two is in neither.
    const stats = read === undefined ? found : statSync(path, { throwIfNoEntry: false });
    if (!matters(name, 'file') || (stats && outputs.has(idOf(stats)))) return;
    const version = stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : '';
    const before = versions.get(name);
    const isChanged = read === undefined ? before !== version : stats !== undefined && stats.mtimeMs > read;
    added.delete(name);
    versions.set(name, version);
    // Of what went before it was seen there is an end alone.
    if (isReady && isChanged) onChange(name, !before);
  };
  watcher.on('add', look).on('change', look);
  watcher.on('unlink', (path) => look(path));
  watcher.on('error', (error) => onError(error as Error));
  return {
    ready: new Promise((resolve) => {
      watcher.once('ready', () => {
        isReady = true;
        resolve(versions.size);
      });
    }),
    add(further, since) {
      const unknown = further.filter((path) => !versions.has(path));
      for (const path of unknown) added.set(path, since);
      watcher.add(unknown.map(placeOf));
    },
    close: () => watcher.close(),
  };
}

/** Files that this program's own output goes to, as in `up start > out.txt`: each line would restart the app. */
function outputFiles(): ReadonlySet<string> {
  return new Set([1, 2].map((descriptor) => idOf(fstatSync(descriptor))));
}

function idOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}
