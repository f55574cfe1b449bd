/** Python programs of the checks (aws, boto3, moto), installed by pip into one virtual environment under .up/checks. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Skip } from './check.mjs';
import { has, run, start, succeed } from './processes.mjs';
import { cacheDir, root } from './project.mjs';

/** The folder of its programs, with these packages installed. */
export async function pythonPrograms(check, packages) {
  await requirePip();
  const dir = cacheDir('python');
  const bin = join(dir, 'bin');
  if (!existsSync(join(bin, 'pip'))) await succeed('python3', ['-m', 'venv', dir]);
  const markOf = (name) => join(dir, `installed-${name.replace(/\W/g, '-')}`);
  const missing = packages.filter((name) => !existsSync(markOf(name)));
  if (missing.length > 0) {
    check.note(`installing ${missing.join(', ')}`);
    // What is never imported need not be compiled.
    const options = ['--quiet', '--disable-pip-version-check', '--no-compile'];
    await succeed(join(bin, 'pip'), ['install', ...options, ...missing], { seconds: 300 });
  }
  for (const name of missing) writeFileSync(markOf(name), '');
  return bin;
}

/** Skips the check on a machine without Python or pip. */
async function requirePip() {
  if (!(await has('python3'))) throw new Skip('python3');
  if ((await run('python3', ['-c', 'import venv, ensurepip'])).code !== 0) throw new Skip('pip');
}

/**
 * One process that makes AWS calls, by boto3 or by the AWS CLI: gives `client => call(service, operation, input)`, which
 * answers `{ output }` or `{ error }`.
 */
export function startRunner(check, python, env) {
  const { child } = start(python, [join(root, 'scripts/checks/operations/runner.py')], { env, pipes: 1 });
  check.onEnd(async () => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return (client) =>
    async function call(service, operation, input) {
      child.stdio[3].write(`${JSON.stringify({ client, service, operation, input })}\n`);
      const { value, done } = await lines.next();
      return done ? { error: 'the runner has ended' } : JSON.parse(value);
    };
}
