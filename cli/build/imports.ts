/** What the files of an app import, as they say it: nothing of it is run. */
import { join } from 'node:path';
import { type App, isFile } from './app.ts';
import { splitAssignments } from './command.ts';

export interface Import {
  /** Who imports it, from the app's folder. */
  readonly file: string;
  /** As it is written, of a package: `ws`, `graphql-ws/use/ws`. */
  readonly name: string;
}

/** Every package that the app's own files ask for by a fixed name, when they are loaded; none where they cannot be read. */
export async function importsOf(dir: string, app: App): Promise<readonly Import[]> {
  const entry = await entryOf(dir, app);
  if (entry === undefined) return [];
  const esbuild = await import('esbuild');
  try {
    const { metafile } = await esbuild.build({
      absWorkingDir: dir,
      entryPoints: [`./${entry}`],
      bundle: true,
      platform: 'node',
      packages: 'external',
      write: false,
      outdir: '.up',
      metafile: true,
      logLevel: 'silent',
    });
    return Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
      imports.flatMap(({ path: name, kind, external }) =>
        external === true && kind !== 'dynamic-import' ? [{ file, name }] : [],
      ),
    );
  } catch {
    // Whoever builds it or starts it tells what is wrong with it.
    return [];
  }
}

/** Node adds the end of a name: `node dist/main`. */
async function entryOf(dir: string, { entry, command }: App): Promise<string | undefined> {
  const [, named] = /^node +(?:-\S+ +)*([\w./-]+)/.exec(splitAssignments(command).rest) ?? [];
  const file = entry ?? named;
  if (file === undefined) return undefined;
  for (const candidate of [file, `${file}.js`, `${file}/index.js`])
    if (await isFile(join(dir, candidate))) return candidate;
  return undefined;
}
