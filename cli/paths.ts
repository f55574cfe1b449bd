/** Where this program keeps its own parts. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with our package.json; the code runs from dist/ in an installation and from its sources in a test. */
export const packageRoot = upTo('package.json', dirname(fileURLToPath(import.meta.url))) ?? '.';

/** What goes into every package as `_up/`. */
export const proxyDir = join(packageRoot, 'dist', 'proxy');

/** The program itself, to start it again in the background. */
export const programFile = join(packageRoot, 'dist', 'cli', 'main.js');

/** The module that stands for AWS's Node runtime client on the local platform. */
export const nodeRuntimeFile = join(packageRoot, 'dist', 'cli', 'node-runtime.js');

/** A thread that deflates. */
export const deflateWorker = join(packageRoot, 'dist', 'cli', 'deflate-worker.js');

/** zlib, which it deflates with. */
export const deflateModule = join(packageRoot, 'dist', 'cli', 'deflate.wasm');

/** The apps that `up init` begins with. */
export const templatesDir = join(packageRoot, 'templates');

/** The page of `up local` that shows what happens there. */
export const inspectorDir = join(packageRoot, 'dist', 'inspector');

/** The nearest folder at or above `dir` that holds `name`. */
export function upTo(name: string, dir: string): string | null {
  if (existsSync(join(dir, name))) return dir;
  const parent = dirname(dir);
  return parent === dir ? null : upTo(name, parent);
}
