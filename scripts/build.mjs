/**
 * Builds dist/: the program (`dist/cli`), what is shipped into every package as `_up/` (`dist/proxy`), what an app may
 * import (`dist/runtime`), and the licences of what is bundled.
 * `--quiet` prints nothing when all is well.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, renderLicenses } from './bundled.mjs';
import { buildParts } from './proxy-parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const quiet = process.argv.includes('--quiet');

/** CommonJS dependencies inside an ES module still call `require`; Node 21 and 22.0 to 22.2 have no `getBuiltinModule`. */
const requireBanner = `import{createRequire as upCreateRequire}from"node:module";const require=upCreateRequire(import.meta.url);process.getBuiltinModule??=require;`;

/** The bytes as they are: what stands in for the module otherwise gets a getter for each of them. */
const wasm = {
  name: 'wasm',
  setup({ onLoad }) {
    onLoad({ filter: /llhttp_simd-wasm\.js$/ }, async ({ path }) => {
      const { default: contents } = await import(pathToFileURL(path));
      return { contents, loader: 'binary' };
    });
  },
};

/** To import it is to read all it exports, and with `WebSocket` Node loads all of fetch: 20 ms of each command. */
const lazyHttp = {
  name: 'lazy-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'http', namespace: 'lazy-http' }));
    onLoad({ filter: /.*/, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  metafile: true,
};

/**
 * Leaves `proxy/hosts/proxy.ts` out of an entry that imports it once the app has been started: it is a file of its own.
 */
const proxyEntry = {
  name: 'proxy entry',
  setup({ onResolve }) {
    onResolve({ filter: /\/proxy\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './proxy.cjs', external: true } : undefined,
    );
  },
};

/** CommonJS does not know where it is by `import.meta`. */
const commonJs = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  supported: { 'dynamic-import': false },
  banner: { js: 'const upUrl=require("node:url").pathToFileURL(__filename).href;' },
  define: { 'import.meta.url': 'upUrl' },
};

const proxyParts = (
  await Promise.all([
    ...[
      { entryPoints: { runtime: 'proxy/hosts/runtime.ts' }, ...commonJs },
      { entryPoints: { handler: 'proxy/hosts/aws-handler.ts' }, format: 'esm', outExtension: { '.js': '.mjs' } },
    ].map((part) =>
      build({ ...common, ...part, outdir: 'dist/proxy', minify: true, plugins: [proxyEntry], write: false }),
    ),
    buildParts('proxy/hosts/proxy.ts', {
      ...common,
      ...commonJs,
      outExtension: undefined,
      minify: true,
      plugins: [wasm],
    }),
  ])
).flat();

const preload = await build({
  ...common,
  entryPoints: { preload: 'proxy/app/preload.ts' },
  outdir: 'dist/proxy',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  write: false,
});

/** What an app imports, for either kind of module. */
const runtime = await Promise.all(
  [
    ['esm', '.js'],
    ['cjs', '.cjs'],
  ].map(([format, extension]) =>
    build({
      ...common,
      entryPoints: { 'runtime/index': 'runtime/index.ts' },
      outdir: 'dist',
      outExtension: { '.js': extension },
      format,
      write: false,
    }),
  ),
);

const program = await build({
  ...common,
  entryPoints: {
    main: 'cli/main.ts',
    'node-runtime': 'local/lambda/node-runtime.ts',
    'deflate-worker': 'cli/build/deflate-worker.ts',
    deflate: '@zip.js/zip.js/dist/zip-module.wasm',
  },
  loader: { '.wasm': 'copy' },
  outdir: 'dist/cli',
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  banner: { js: requireBanner },
  external: ['esbuild'],
  // yargs measures its lines with an expression of all emoji, which V8 compiles for 18 ms of each command.
  alias: { 'string-width': 'fast-string-width' },
  plugins: [wasm, lazyHttp],
  // jsonc-parser's main is UMD, which requires files by names no bundler sees.
  mainFields: ['module', 'main'],
  metafile: true,
  write: false,
});

const outputs = new Map(
  [...proxyParts, preload, ...runtime, program].flatMap((result) =>
    result.outputFiles.map((file) => [file.path, file.contents]),
  ),
);
for (const types of ['index.d.ts', 'index.d.cts'])
  outputs.set(join(dist, 'runtime', types), await readFile(join(root, 'runtime/index.d.ts')));
const page = join(root, 'local/inspector/page');
for (const file of await readdir(page)) outputs.set(join(dist, 'inspector', file), await readFile(join(page, file)));
for (const file of ['bootstrap', 'start.bash'])
  outputs.set(join(dist, 'proxy', file), await readFile(join(root, 'proxy', file)));
const proxyMetafiles = [...proxyParts, preload].map(({ metafile }) => metafile);
const proxy = {
  inputs: Object.assign({}, ...proxyMetafiles.map(({ inputs }) => inputs)),
  outputs: Object.assign({}, ...proxyMetafiles.map(({ outputs }) => outputs)),
};
for (const [name, metafile] of Object.entries({ proxy, cli: program.metafile }))
  outputs.set(join(dist, `${name}.meta.json`), Buffer.from(JSON.stringify(metafile)));
const licenses = renderLicenses(await bundledPackages([proxy, program.metafile], root));
outputs.set(join(dist, 'THIRD-PARTY-LICENSES.txt'), Buffer.from(licenses));

// On the same disk, and not in dist/: another build at the same time takes away what it did not make there.
await mkdir(join(root, '.up'), { recursive: true });
const made = await mkdtemp(join(root, '.up', 'build-'));
for (const [path, contents] of outputs) await writeOver(path, contents);
await rm(made, { recursive: true });
for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !outputs.has(path)) await rm(path, { force: true });
}

/** Replaces a file in one step: a program that runs from dist/ meanwhile finds the old one or the new one, never half. */
async function writeOver(path, contents) {
  const executable = /\/(?:cli\/main\.js|proxy\/bootstrap)$/.test(path);
  await mkdir(dirname(path), { recursive: true });
  const part = join(made, 'part');
  await writeFile(part, contents, { mode: executable ? 0o755 : 0o644 });
  await rename(part, path);
}

if (!quiet) {
  for (const { path, contents } of [...proxyParts, preload].flatMap(({ outputFiles }) => outputFiles)) {
    console.log(`${path.slice(root.length + 1)}  ${(contents.length / 1024).toFixed(1)} kB`);
  }
}
