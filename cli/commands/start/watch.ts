/** Watches the files of a project. */
import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  readonly dir: string;
  /** Asked for each path when it is found; relative to `dir`, with forward slashes. */
  readonly matters: (path: string, kind: 'file' | 'folder') => boolean;
  readonly onChange: (path: string) => void;
  /** The system watches no more files, say. */
  readonly onError: (error: Error) => void;
}

export interface Watcher {
  /** Resolves when every change from now on is seen, with the number of files. */
  readonly ready: Promise<number>;
  close(): Promise<void>;
}

export function watchFiles({ dir, matters, onChange, onError }: WatchOptions): Watcher {
  const pathOf = (path: string) => relative(dir, path).split(sep).join('/');
  const watcher = watch(dir, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) => {
      const name = pathOf(path);
      if (stats === undefined) return !matters(name, 'file') && !matters(name, 'folder');
      return !matters(name, stats.isDirectory() ? 'folder' : 'file');
    },
  });
  for (const event of ['add', 'change', 'unlink'] as const) {
    watcher.on(event, (path) => {
      const name = pathOf(path);
      if (matters(name, 'file')) onChange(name);
    });
  }
  watcher.on('error', (error) => onError(error as Error));
  return {
    ready: new Promise((resolve) => watcher.once('ready', () => resolve(countFiles(watcher.getWatched())))),
    close: () => watcher.close(),
  };
}

/** By folder, the names in it; a folder is named by itself too. */
function countFiles(watched: Readonly<Record<string, readonly string[]>>): number {
  const names = Object.entries(watched).flatMap(([dir, found]) => found.map((name) => join(dir, name)));
  return names.filter((name) => watched[name] === undefined).length;
}
