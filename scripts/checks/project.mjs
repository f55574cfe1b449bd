/** This repository as a check sees it: the built program, the examples, folders to work in, a platform of its own. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { require } from './check.mjs';
import { cleanEnvironment, eventually, freePort, processesWith, run, start, succeed } from './processes.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cli', 'main.js');

/** Where a check keeps what it installs, from one run to the next; git ignores it. */
export function cacheDir(name) {
  const dir = join(root, '.up', 'checks', name);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** A folder that is gone when the check ends. */
export function temporaryDir(check) {
  const dir = mkdtempSync(join(tmpdir(), 'up-check-'));
  check.onEnd(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A copy of an example to deploy from, so that the tree stays clean. */
export function copyExample(check, name) {
  const dir = join(temporaryDir(check), name);
  cpSync(join(root, 'examples', name), dir, {
    recursive: true,
    filter: (file) => !/\/(node_modules|\.up)$/.test(file),
  });
  return dir;
}

/** What its lock file names, from npm's cache where it is there. */
export function npmInstall(dir) {
  return succeed('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: dir, seconds: 180 });
}

/** Builds dist/ when it is not there; `npm run check:…` builds it anew before. */
export async function requireBuild() {
  if (!existsSync(program)) await succeed(process.execPath, [join(root, 'scripts', 'build.mjs'), '--quiet']);
}

/** Runs `up` with these arguments, as a user would: `{ code, stdout, stderr }`. */
export function up(args, { env = {}, ...options } = {}) {
  return run(process.execPath, [program, ...args], { ...options, env: { ...cleanEnvironment(), ...env } });
}

/** The same where it has to succeed; gives its last line on stdout. */
export async function upResult(args, options) {
  const { code, stdout, stderr } = await up(args, options);
  require(code === 0, `up ${args.join(' ')} ended with ${code}\n${stderr}\n${stdout}`);
  return stdout.trimEnd().split('\n').at(-1);
}

/** Starts `up` in the background; told to end, and waited for, when the check ends. */
export function startUp(check, args) {
  const one = start(process.execPath, [program, ...args]);
  check.onEnd(async () => {
    if (one.child.exitCode === null) one.child.kill('SIGINT');
    await one.exited;
  });
  return one;
}

/** Starts `up local` on a free port with its state in a folder of its own; stops it when the check ends. */
export async function startPlatform(check) {
  await requireBuild();
  const dir = temporaryDir(check);
  const env = { UP_LOCAL_DIR: dir };
  const server = start(process.execPath, [program, 'local', '--port', String(await freePort()), '-C', dir], {
    env: { ...cleanEnvironment(), ...env },
  });
  const stop = () => up(['local', 'stop', '-C', dir], { env });
  check.onEnd(stop);
  const url = await eventually('the local platform', () => server.stdout.trim() || hasEnded(server), 20);
  return { url, dir, env, server, stop };
}

function hasEnded({ child, stderr }) {
  require(child.exitCode === null, `the local platform ended with ${child.exitCode}: ${stderr}`);
}

/** `up local stop` ends the platform with everything it had started. */
export async function checkStop(check, { dir, server, stop }) {
  await check.case('up local stop ends the platform and leaves no process', async () => {
    const { code, stdout, stderr } = await stop();
    require(code === 0, `up local stop ended with ${code}: ${stderr}`);
    const exit = await Promise.race([server.exited, eventually('the platform to end', () => false, 10)]);
    require(exit === 143, `the platform ended with ${exit}: ${server.stderr}`);
    const left = [...processesWith({ UP_LOCAL_ENVIRONMENT: dir }), ...processesWith({ UP_LOCAL_DIR: dir })];
    require(left.length === 0, `processes left behind: ${left}`);
    return stdout.trim();
  });
}
