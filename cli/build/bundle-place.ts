/**
 * What a bundle knows of its own place: `__dirname`, `require` and `import.meta`, in either format. A bundle that runs from
 * another folder than it is made for, as under `up start`, finds the files of its author all the same.
 */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions } from 'esbuild';

/** `at` is where the bundle takes itself to lie, as an absolute path; without it, where it is. */
export function placeOptions(isModule: boolean, at: string | undefined): BuildOptions {
  if (!isModule) return { format: 'cjs', define: metaOf('__upUrl', '__upFilename', '__upDirname') };
  if (at === undefined) return { format: 'esm', banner: { js: namesOfCommonJs('import.meta.url') } };
  const url = JSON.stringify(pathToFileURL(at).href);
  const file = JSON.stringify(at);
  return {
    format: 'esm',
    banner: { js: `${namesOfCommonJs(url)} ${mainModule(file)}` },
    define: metaOf(url, file, JSON.stringify(dirname(at))),
  };
}

/** A module tells by the program's arguments whether it is the main one. Those that `cluster` forks need the file that is there. */
function mainModule(file: string): string {
  return [
    "import __upCluster from 'node:cluster';",
    'if (__upCluster.isPrimary) __upCluster.setupPrimary({ exec: process.argv[1] });',
    `process.argv[1] = ${file};`,
  ].join(' ');
}

/**
 * CommonJS dependencies expect these names. As globals, not as declarations: sources often declare a `require` or a
 * `__dirname` of their own, and a second declaration would be a syntax error.
 */
function namesOfCommonJs(url: string): string {
  return [
    "import { createRequire as __upCreateRequire } from 'node:module';",
    "import { dirname as __upDirname } from 'node:path';",
    "import { fileURLToPath as __upFileURLToPath } from 'node:url';",
    `globalThis.require ??= __upCreateRequire(${url});`,
    `globalThis.__filename ??= __upFileURLToPath(${url});`,
    'globalThis.__dirname ??= __upDirname(globalThis.__filename);',
  ].join(' ');
}

/** What stands for the properties of `import.meta`, which CommonJS does not have. */
function metaOf(url: string, filename: string, folder: string): Record<string, string> {
  return { 'import.meta.url': url, 'import.meta.filename': filename, 'import.meta.dirname': folder };
}

/** Its place in what esbuild made of a CommonJS bundle: on its first line, which no source is mapped to. */
export function placed(code: string, at: string | undefined): string {
  const statements = [...(at === undefined ? [] : moved(at)), ...(code.includes('__up') ? meta(at) : [])];
  if (statements.length === 0) return code;
  // A banner of esbuild would stand before "use strict", and take its effect.
  return code.replace(/^(?:#!.*\n)?(?:"use strict";)?/, (start) => `${start}${statements.join(' ')} `);
}

function meta(at: string | undefined): string[] {
  const file = at === undefined ? '__filename' : JSON.stringify(at);
  return [
    'const __upFilename = __filename, __upDirname = __dirname;',
    `const __upUrl = require("node:url").pathToFileURL(${file}).href;`,
  ];
}

/** Workers are started by `__filename`, which stays the file that is there. */
function moved(at: string): string[] {
  return [
    `__dirname = ${JSON.stringify(dirname(at))};`,
    `require = require("node:module").createRequire(${JSON.stringify(at)});`,
  ];
}
