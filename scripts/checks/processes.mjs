/** Commands and processes: run to the end, started in the background, found in /proc, and ended with the check. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The processes of this check, each the leader of a group of its own. */
const started = new Set();

/** This machine's environment without anything that would point an AWS client or `up` at something real. */
export function cleanEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|UP|LAMBDA)_/.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/**
 * Starts a process in the background. `output` collects what it prints; `exited` resolves with its exit code; it gets
 * `pipes` more of them, from descriptor 3 on.
 */
export function start(file, args, { cwd, env = cleanEnvironment(), pipes = 0 } = {}) {
  const stdio = ['ignore', 'pipe', 'pipe', ...Array(pipes).fill('pipe')];
  const child = spawn(file, args, { cwd, env, stdio, detached: true });
  const one = { child, pid: child.pid, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    one.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    one.stderr += text;
  });
  one.exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  one.exited.then(
    () => started.delete(one),
    () => started.delete(one),
  );
  started.add(one);
  return one;
}

/** Runs a command to its end: `{ code, stdout, stderr }`. Never rejects for an exit code. */
export async function run(file, args, { seconds = 120, ...options } = {}) {
  const one = start(file, args, options);
  const timer = setTimeout(() => killGroup(one, 'SIGKILL'), seconds * 1000);
  try {
    const code = await one.exited;
    if (code === 'SIGKILL') one.stderr += `\n(killed after ${seconds} s)`;
    return { code, stdout: one.stdout, stderr: one.stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** The same, for a command that has to succeed; gives its standard output. */
export async function succeed(file, args, options) {
  const { code, stdout, stderr } = await run(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[file, ...args].join(' ')} ended with ${code}\n${stderr.trim()}\n${stdout.trim()}`);
}

export async function has(program) {
  return (await run('sh', ['-c', `command -v ${program}`])).code === 0;
}

/** The executable of another version of Node, by npx. */
export async function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const args = ['-y', '-p', `node@${major}`, '--', 'node', '-p', 'process.execPath'];
  return (await succeed('npx', args, { seconds: 180 })).trim();
}

/** Calls `probe` until it gives something, at most `seconds` long. */
export async function eventually(what, probe, seconds = 10) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(20);
  }
}

/** A port nobody listens on at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Ends what this check started and has not ended itself. */
export async function endProcesses() {
  const left = [...started];
  for (const one of left) killGroup(one, 'SIGKILL');
  await Promise.race([Promise.allSettled(left.map(({ exited }) => exited)), sleep(2_000)]);
}

function killGroup({ pid }, signal) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // ESRCH: it has ended.
  }
}

/** Processes that carry these variables, as /proc tells. */
export function processesWith(variables) {
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && wanted.every((entry) => readProc(pid, 'environ').split('\0').includes(entry)));
}

export function childrenOf(pid) {
  return readProc(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

export function descendantsOf(pid) {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The words of its command line; empty for a process that is gone or a zombie. */
export function commandOf(pid) {
  return readProc(pid, 'cmdline').split('\0').filter(Boolean);
}

/** proc(5): R running, S sleeping, T stopped, Z zombie; empty when it is gone. */
export function stateOf(pid) {
  return /\) (\S)/.exec(readProc(pid, 'stat'))?.[1] ?? '';
}

/** Nothing of it is left but perhaps its exit code: its sockets are closed when the last of its threads has gone. */
export function isDead(pid) {
  const state = stateOf(pid);
  return state === '' || (state === 'Z' && threadsOf(pid) <= 1);
}

/** One variable of its environment; undefined where it has none, or is gone. */
export function variableOf(pid, name) {
  const entry = readProc(pid, 'environ')
    .split('\0')
    .find((entry) => entry.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

export function descriptorsOf(pid) {
  return list(`/proc/${pid}/fd`).length;
}

/** Kilobytes of memory that it holds at this moment. */
export function residentKilobytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0);
}

function threadsOf(pid) {
  return list(`/proc/${pid}/task`).length;
}

function list(dir) {
  try {
    return readdirSync(dir);
  } catch {
    // Gone in the meantime.
    return [];
  }
}

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // Gone in the meantime, or not ours to read.
    return '';
  }
}
