/** Python programs of the checks (aws, boto3, moto), installed by pip into one virtual environment under .up/checks. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Skip } from './check.mjs';
import { has, run, succeed } from './processes.mjs';
import { cacheDir } from './project.mjs';

/** The folder of its programs, with these packages installed. */
export async function pythonPrograms(check, packages) {
  await requirePip();
  const dir = cacheDir('python');
  const bin = join(dir, 'bin');
  if (!existsSync(join(bin, 'pip'))) await succeed('python3', ['-m', 'venv', dir]);
  for (const name of packages) await install(check, dir, name);
  return bin;
}

async function install(check, dir, name) {
  const done = join(dir, `installed-${name.replace(/\W/g, '-')}`);
  if (existsSync(done)) return;
  check.note(`installing ${name}`);
  await succeed(join(dir, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', name], { seconds: 300 });
  writeFileSync(done, '');
}

/** Skips the check on a machine without Python or pip. */
export async function requirePip() {
  if (!(await has('python3'))) throw new Skip('python3');
  if ((await run('python3', ['-c', 'import venv, ensurepip'])).code !== 0) throw new Skip('pip');
}
