/** Which changes of a project's files are a reason to start its app anew. Pure but for the rules it is given. */
import { isInModules } from '../../build/modules.ts';
import { variableFiles } from '../../env/start.ts';

export interface Watched {
  readonly stage: string;
  /** Whether a file ships; folders end with a slash. */
  readonly ships: (path: string) => boolean;
  /** The folder of static files, which are read for each request anyway. */
  readonly site: string | null;
  /** The sources of the bundle; null when nothing is bundled, or when it is not known. */
  readonly sources: readonly string[] | null;
  /** What the app is made of around the project, as it was last known. */
  readonly around: readonly string[];
  /** The program that is compiled of them; null where none is. */
  readonly made: string | null;
}

/** What the app reads, or writes, without being made of it. */
const data =
  /\.(?:log|pid|sock|sqlite3?|db|(?:db|sqlite3?)-(?:wal|shm|journal)|tmp|map|png|jpe?g|gif|webp|avif|ico|mp[34]|webm|pdf|woff2?|ttf|otf|zip|gz|br|zst)$/i;
/** What vim, editors of JetBrains and writers of whole files make on the way to saving another. */
const onTheWay = /(?:^|\/)4913$|___jb_(?:tmp|old)___$|\.tmp[.-][^/]+$/;
const typeScript = /\.[cm]?tsx?$/i;

/** Of a program: a package has that alone, and `.upignore` may keep back all the rest. */
const goSource = /(?:\.go|(?:^|\/)go\.(?:mod|sum|work))$/;

/** Files that everything is made by. They do not ship. */
function configFiles(stage: string): ReadonlySet<string> {
  return new Set(['up.json', '_headers', '_redirects', '.upignore', 'package.json', ...variableFiles(stage)]);
}

/** `path` is relative to the project, with forward slashes. A folder is looked into unless nothing in it can matter. */
export function matters(path: string, kind: 'file' | 'folder', watched: Watched): boolean {
  if (path === '') return true;
  // chokidar asks for what is around a project that is gone, too.
  if (isAround(path)) return kind === 'file' && watched.around.includes(path);
  if (kind === 'folder') return isWatchedFolder(path, watched);
  if (configFiles(watched.stage).has(path)) return true;
  if (isInSite(path, watched) || isInModules(path) || path === watched.made) return false;
  if (data.test(path) || onTheWay.test(path)) return false;
  // Sources that are no part of the bundle: tests, types. All of them while it is not known what a bundle would hold.
  if (typeScript.test(path)) return watched.sources === null || watched.sources.includes(path);
  if (watched.made !== null && goSource.test(path)) return !path.endsWith('_test.go');
  return watched.ships(path);
}

/** What a bundle is made of around the project: members of its workspace, say, but no packages. */
export function sourcesAround(sources: readonly string[]): readonly string[] {
  return sources.filter((path) => isAround(path) && !isInModules(path));
}

/** Of the files of such members, where nothing is bundled. */
export function madeOf(files: readonly string[]): readonly string[] {
  return files.filter((path) => isAround(path) && !data.test(path));
}

function isAround(path: string): boolean {
  return /^\.\.(?:\/|$)/.test(path);
}

function isWatchedFolder(path: string, watched: Watched): boolean {
  if (isInModules(`${path}/*`) || isInSite(`${path}/`, watched)) return false;
  if (watched.made !== null && !/(?:^|\/)\./.test(path)) return true;
  return watched.ships(`${path}/`) || watched.sources?.some((source) => source.startsWith(`${path}/`)) === true;
}

function isInSite(path: string, { site }: Watched): boolean {
  return site !== null && site !== '' && path.startsWith(`${site}/`);
}

/** A change this soon after a start was probably made by the app itself. */
const soonMs = 500;
/** More saves in a row than an editor, or nearly any script, makes. */
const timesUntilLoop = 10;
/** What people write, and their tools for them, as often as they like. An app that makes it makes the same each time. */
const source =
  /(?:\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|css|s[ac]ss|less|ejs|hbs|pug|njk|liquid|mdx?|go|py|rb|php|java|kts?|rs|cs|fs|exs?|erl|lua|pl|sh|sql|graphql|gql|proto|toml|ya?ml)|^(?:(?:up|package)\.json|_headers|_redirects|\.upignore|\.env(?:\..+)?))$/i;

export interface LoopGuard {
  /**
   * Called with each change, `sinceStart` milliseconds after the last start. True for one that the app itself seems to
   * make at each start: restarting for it would never end. `version` tells one content of the file from another.
   */
  changed(path: string, sinceStart: number, version: () => string): boolean;
}

/** What is edited later is started for again, also of a file that the app writes too. */
export function loopGuard(): LoopGuard {
  const soon = new Map<string, number>();
  const versions = new Map<string, string>();

  function isEdit(path: string, version: () => string): boolean {
    if (!source.test(path)) return false;
    const [before, now] = [versions.get(path), version()];
    versions.set(path, now);
    return before !== now;
  }

  return {
    changed(path, sinceStart, version) {
      const times = soon.get(path) ?? 0;
      if (sinceStart < soonMs && !isEdit(path, version)) {
        soon.set(path, times + 1);
        return times + 1 >= timesUntilLoop;
      }
      // One edit does not make it another app.
      if (times < timesUntilLoop) soon.set(path, 0);
      return false;
    },
  };
}
