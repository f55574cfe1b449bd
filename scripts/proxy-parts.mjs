/**
 * The proxy in two files: `proxy.cjs`, which every cold start loads, and `on-demand.cjs` with what the sources import when it
 * is asked for, such as a feature that up.json turns on. What both use is in the first alone: there is one `HttpError` and
 * one of each cache.
 */
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const first = './proxy.cjs';
const onDemand = './on-demand.cjs';

/** `options`: of both builds; `entry`: what the first exports, relative to the root. */
export async function buildParts(entry, options) {
  const root = options.absWorkingDir;
  const always = await survey([entry], options);
  const { files, inputs } = await surveyAll(always.asked, options);
  const own = Object.entries(inputs).filter(([file]) => !(file in always.inputs));
  const used = new Set(own.flatMap(([, { imports }]) => imports.map(({ path }) => path)));
  const shared = [...used].filter((file) => file in always.inputs).toSorted();
  const names = await exportsOf([...shared, ...files], options);
  refuseNamesTwice(files.flatMap((file) => names.get(file)));
  return Promise.all([
    bundle('proxy', [starFrom(entry), ...shared.map((file, index) => `export * as s${index} from './${file}';`)], []),
    bundle('on-demand', files.map(starFrom), [fromFirst(root, shared, names)]),
  ]);

  function bundle(name, lines, plugins) {
    return build({
      ...options,
      stdin: { contents: lines.join('\n'), resolveDir: root, sourcefile: `${name}.js` },
      outfile: `dist/proxy/${name}.cjs`,
      plugins: [...plugins, ...options.plugins, askedFor(root, new Set())],
      write: false,
    });
  }
}

/** Of two that `export *` finds it gives neither, and says nothing. */
function refuseNamesTwice(names) {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`more than one file that is asked for exports ${twice.join(', ')}`);
}

function starFrom(file) {
  return `export * from './${file}';`;
}

/** The files that these take at once, and those that they ask for. */
async function survey(files, options) {
  const asked = new Set();
  const { metafile } = await build({
    ...options,
    stdin: { contents: files.map(starFrom).join('\n'), resolveDir: options.absWorkingDir },
    plugins: [...options.plugins, askedFor(options.absWorkingDir, asked)],
    format: 'esm',
    metafile: true,
    write: false,
  });
  return { inputs: metafile.inputs, asked };
}

/** What is asked for may ask for more. */
async function surveyAll(asked, options) {
  const files = [...asked].toSorted();
  const found = await survey(files, options);
  const all = new Set([...asked, ...found.asked]);
  return all.size > asked.size ? surveyAll(all, options) : { files, inputs: found.inputs };
}

async function exportsOf(files, options) {
  const { metafile } = await build({
    absWorkingDir: options.absWorkingDir,
    entryPoints: files,
    outdir: 'names',
    format: 'esm',
    metafile: true,
    write: false,
  });
  const outputs = Object.values(metafile.outputs);
  return new Map(outputs.map(({ entryPoint, exports }) => [entryPoint, exports]));
}

/** `import()` is for the other file; what it imports is noted. */
function askedFor(root, asked) {
  return {
    name: 'asked-for',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        if (!/\/proxy\.ts$/.test(path)) asked.add(fileOf(root, resolveDir, path));
        return { path: /\/proxy\.ts$/.test(path) ? first : onDemand, external: true };
      });
    },
  };
}

/** What is shared is read out of the first file, once. */
function fromFirst(root, shared, names) {
  return {
    name: 'from-first',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir, namespace }) => {
        if (namespace === 'first') return { path: first, external: true };
        const file = fileOf(root, resolveDir, path);
        return kind !== 'dynamic-import' && shared.includes(file) ? { path: file, namespace: 'first' } : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'first' }, ({ path }) => {
        const from = `s${shared.indexOf(path)}`;
        return {
          contents: `import { ${from} } from '${first}';\nexport const { ${names.get(path).join(', ')} } = ${from};`,
        };
      });
    },
  };
}

/** As esbuild names it. */
function fileOf(root, folder, path) {
  return relative(root, join(folder, path)).replaceAll('\\', '/');
}
