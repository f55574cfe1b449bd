/** Loads a TypeScript file of this project, bundled on the way: Node 20 cannot. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Gives its exports. `beforeImport` is told where the bundle is. */
export async function importTypeScript(file, beforeImport = () => {}) {
  return await withBundle(file, async (outfile) => {
    process.setSourceMapsEnabled(true);
    beforeImport(outfile);
    return await import(pathToFileURL(outfile).href);
  });
}

/** Gives what `use` makes of the path of the bundle, which is gone afterwards. */
export async function withBundle(file, use) {
  // Inside the project, so that the packages it leaves to Node are found.
  const folder = await mkdtemp(join(root, 'node_modules', '.run-'));
  const outfile = join(folder, 'main.mjs');
  try {
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      sourcemap: 'inline',
    });
    return await use(outfile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
