/**
 * The package of a folder with 14,000 files of node_modules: from the command to the file on disk, the first time and
 * with what the build before kept in `.up/cache/`. Skipped where `zip` is missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../scripts/checks/processes.mjs';
import { requireBuild, root } from '../scripts/checks/project.mjs';
import { measureTurns, ratioOf, runTime } from './pairs.mjs';

const to = 'zip -r -1 of the same files';

export const claims = [
  { name: 'package.first', goal: 1, to, ratio: ({ first, zip }) => ratioOf(first, zip) },
  { name: 'package.again', goal: 0.2, to, ratio: ({ again, zip }) => ratioOf(again, zip) },
];

const program = join(root, 'dist', 'cli', 'main.js');
const files = 14_000;
const filesOfPackage = 50;
const textAtMost = 16_384;

/** Milliseconds by turn. */
export async function measure() {
  await requireBuild();
  if (spawnSync('zip', ['-v']).error) return {};
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  try {
    const app = join(dir, 'app');
    makeApp(app);
    const options = { cwd: app, env: cleanEnvironment() };
    const build = () => runTime(process.execPath, [program, 'build', '-o', join(dir, 'up.zip')], options);
    return await measureTurns(
      {
        zip: () => {
          rmSync(join(dir, 'zip.zip'), { force: true });
          return runTime('zip', ['-q', '-r', '-1', join(dir, 'zip.zip'), '.', '-x', '.up/*'], options);
        },
        first: () => {
          rmSync(join(app, '.up'), { recursive: true, force: true });
          return build();
        },
        again: build,
      },
      { turns: 9, batch: 1, warm: 1, seconds: 90 },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sources of real packages, each with a line of its own. */
function makeApp(app) {
  const texts = readTexts();
  mkdirSync(app);
  writeFileSync(join(app, 'up.json'), '{"name": "bench"}');
  writeFileSync(join(app, 'app.js'), "require('node:http').createServer().listen(process.env.PORT)");
  for (let index = 0; index < files; index++) {
    const folder = join(app, 'node_modules', `package-${Math.floor(index / filesOfPackage)}`);
    if (index % filesOfPackage === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}.js`), `// ${index}\n${texts[index % texts.length]}`);
  }
}

function readTexts() {
  const from = join(root, 'node_modules');
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .toSorted()
    .filter((_, index) => index % 5 === 0)
    .map((path) => readFileSync(join(from, path)))
    .filter((text) => text.length <= textAtMost);
}
