/** Runs a TypeScript file of this project with its arguments: `node scripts/run.mjs test/limits/main.ts --seconds 60`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [file, ...args] = process.argv.slice(2);
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
  process.argv = [process.argv[0], outfile, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(folder, { recursive: true, force: true });
}
