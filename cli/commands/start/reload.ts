/** Starts the app anew: when something of it has changed, or when it is asked for. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rules, readRules } from '../../build/ignore.ts';
import type { Context } from '../../command.ts';
import { count, duration } from '../../output/format.ts';
import { createBatch } from './batch.ts';
import { loopGuard, matters, type Watched } from './changes.ts';
import type { StartLog } from './log.ts';
import type { Service } from './service.ts';
import { type Watcher, watchFiles } from './watch.ts';

export interface ReloadOptions {
  readonly context: Context;
  readonly log: StartLog;
  readonly service: Service;
  readonly dir: string;
  /** What is watched, as the last reading of the project has it. */
  readonly watched: () => Omit<Watched, 'ships'>;
  readonly watch: boolean;
}

export interface Reload {
  /** Resolves when it listens, or will not for now. */
  now(what: string): Promise<void>;
  close(): Promise<void>;
}

/** Files that decide what is watched. */
const deciding = new Set(['up.json', '.upignore', 'package.json']);

export function createReload(options: ReloadOptions): Reload {
  const { context, service, log, dir } = options;
  const guard = loopGuard();
  const own = new Set<string>();
  let started = performance.now();
  const batch = createBatch((path) => existsSync(join(dir, path)), onChange);
  let watcher: Watcher | null = null;
  let watching = Promise.resolve();
  let isClosed = false;

  async function now(what: string): Promise<void> {
    const since = performance.now();
    const read = Date.now();
    log.lines?.restarted();
    const listens = await service.replace();
    started = performance.now();
    watcher?.add(options.watched().around, read);
    if (listens && !isClosed) tell(`${what} in ${duration(started - since)}`);
  }

  function tell(text: string): void {
    if (log.lines) log.lines.say(text);
    else context.report.info('App', text);
  }

  function onChange(paths: readonly string[]): void {
    const news = paths.filter((path) => !isOwnDoing(path));
    if (news.length === 0) return;
    void now(`reloaded ${shown(news)}`);
    if (news.some((path) => deciding.has(path))) watching = watching.then(watchAnew);
  }

  function isOwnDoing(path: string): boolean {
    if (!guard.changed(path, performance.now() - started, () => versionOf(join(dir, path)))) return false;
    if (own.has(path)) return true;
    own.add(path);
    context.report.warn('Watch', `${path} changes with every start: left alone right after one (.upignore)`);
    return true;
  }

  async function watchAnew(): Promise<void> {
    try {
      await watchBy(await readRules(dir));
    } catch (error) {
      cannotWatch(error as Error);
    }
  }

  function cannotWatch({ message }: Error): void {
    context.report.warn('Watch', `${message}: press r, or restart it, after an edit`);
  }

  async function watchBy(ships: Rules): Promise<void> {
    const before = watcher;
    if (isClosed) return;
    const next = watchFiles({
      dir,
      around: options.watched().around,
      matters: (path, kind) => matters(path, kind, { ...options.watched(), ships: (name) => ships(name) === 'ship' }),
      onChange: batch.add,
      onError: cannotWatch,
    });
    watcher = next;
    const files = await next.ready;
    await before?.close();
    if (before === null && log.lines === null) context.report.info('Watch', count(files, 'file'));
  }

  if (options.watch) watching = watchAnew();
  return {
    now,
    async close() {
      isClosed = true;
      batch.close();
      await watcher?.close();
    },
  };
}

/** Empty for a file that is gone. */
function versionOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64');
  } catch {
    return '';
  }
}

function shown([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
