/** Watches the files of a project. */
import { fstatSync, type Stats } from 'node:fs';
import { relative, sep } from 'node:path';
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
  /** What a file was like when it was last told of: links to it, its mode and its being read are told of too. */
  const versions = new Map<string, string>();
  const look = (path: string, stats?: Stats) => {
    const name = pathOf(path);
    if (!matters(name, 'file') || (stats && outputs.has(idOf(stats)))) return;
    const version = stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : '';
    const isNew = versions.get(name) !== version;
    versions.set(name, version);
    if (isReady && isNew) onChange(name);
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
    close: () => watcher.close(),
  };
}

/** Where this program writes its own log, as in `up start > out.txt`: each line would start the app anew. */
function outputFiles(): ReadonlySet<string> {
  return new Set([1, 2].map((descriptor) => idOf(fstatSync(descriptor))));
}

function idOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}
