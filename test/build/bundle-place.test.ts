import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../cli/build/bundle.ts';
import { detect } from '../../cli/build/detect.ts';
import { bundled } from '../../cli/commands/start/read.ts';
import { project } from './project.ts';

function run(dir: string, argv: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, argv.slice(1), { cwd: dir, encoding: 'utf8' }));
}

/** As the package has it: beside its entry. */
async function packed(dir: string, outfile: string): Promise<unknown> {
  const { code } = await bundle({ dir, entry: 'src/app.ts', outfile });
  mkdirSync(dirname(join(dir, outfile)), { recursive: true });
  writeFileSync(join(dir, outfile), code.content);
  return run(dir, ['node', outfile]);
}

async function started(dir: string): Promise<unknown> {
  const { app } = await bundled(dir, await detect(dir));
  return run(dir, app.argv ?? []);
}

const places = {
  'CommonJS that asks for __dirname': [
    "import { existsSync, readFileSync } from 'node:fs';",
    "const text = readFileSync(__dirname + '/../public/a.txt', 'utf8');",
    'const { at } = require("../public/a.json");',
    'console.log(JSON.stringify([text, at, existsSync(__filename), require.main === module]));',
  ],
  'CommonJS whose packages ask for import.meta': [
    "import { place } from 'place';",
    "import { readFileSync } from 'node:fs';",
    "const text = readFileSync(new URL('../public/a.txt', place.url), 'utf8');",
    "const { at } = place.require('../public/a.json');",
    'const strict = (function (this: unknown) { return this === undefined; })();',
    'console.log(JSON.stringify([text, at, place.dirname.endsWith("/src"), strict]));',
  ],
  'a module that asks for import.meta': [
    "import { readFileSync } from 'node:fs';",
    "import { createRequire } from 'node:module';",
    "import { pathToFileURL } from 'node:url';",
    "const text = readFileSync(new URL('../public/a.txt', import.meta.url), 'utf8');",
    "const { at } = createRequire(import.meta.url)('../public/a.json');",
    'const isMain = import.meta.url === pathToFileURL(process.argv[1]).href && import.meta.filename === process.argv[1];',
    'console.log(JSON.stringify([text, at, import.meta.dirname.endsWith("/src"), isMain]));',
  ],
};

describe.each(Object.entries(places))('%s', (title, lines) => {
  const dir = realpathSync(
    project({
      'package.json': JSON.stringify({
        main: 'src/app.ts',
        type: title.startsWith('CommonJS') ? 'commonjs' : 'module',
      }),
      'tsconfig.json': '{"compilerOptions": {"strict": true}}',
      'src/app.ts': lines.join('\n'),
      'public/a.txt': 'text',
      'public/a.json': '{"at": "data"}',
      'node_modules/place/package.json': '{"name": "place", "type": "module", "exports": "./index.js"}',
      'node_modules/place/index.js': [
        "import { createRequire } from 'node:module';",
        'const { url, dirname } = { url: import.meta.url, dirname: import.meta.dirname };',
        'export const place = { url, dirname, require: createRequire(import.meta.url) };',
      ].join('\n'),
    }),
  );

  it('finds what lies beside it in the package', async () => {
    const outfile = title.startsWith('CommonJS') ? 'src/app.cjs' : 'src/app.mjs';
    expect(await packed(dir, outfile)).toEqual(['text', 'data', true, true]);
  });

  it('finds it under up start, where the bundle lies elsewhere', async () => {
    expect(await started(dir)).toEqual(['text', 'data', true, true]);
  });
});

it('a module that forks itself under up start forks the file that is there', async () => {
  const dir = project({
    'package.json': '{"main": "app.ts", "type": "module"}',
    'app.ts': [
      "import cluster from 'node:cluster';",
      "import { existsSync } from 'node:fs';",
      "cluster.setupPrimary({ args: ['one'] });",
      'console.log(JSON.stringify(existsSync(cluster.settings.exec ?? "")));',
    ].join('\n'),
  });
  expect(await started(dir)).toBe(true);
});
