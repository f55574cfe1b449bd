/**
 * Cold start, from the spawn of the runtime to the first answer, against the same app started bare and asked over HTTP.
 * `slow` gives either half a core, as a small Lambda has it.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { eventually, freePort } from '../scripts/checks/processes.mjs';
import { marked, runtimeEnvironment } from '../scripts/checks/runtime.mjs';
import { makeBundle } from './bundled.mjs';
import { createFunctions, eventOf, missingClient } from './functions.mjs';
import { measureTurns, ratioOf } from './pairs.mjs';
import { quickRuntimeApi } from './runtime-api.mjs';

const bare = 'the same app, bare, over HTTP';

export const claims = [
  {
    name: 'cold.plain',
    goal: 1.15,
    to: `${bare}, + 15 ms`,
    ratio: (costs) => ratioOf(costs['up.plain'], costs['bare.plain'], { plus: 15 }),
  },
  {
    name: 'cold.express',
    goal: 1.1,
    to: `${bare}, + 10 ms`,
    ratio: (costs) => ratioOf(costs['up.express'], costs['bare.express'], { plus: 10 }),
  },
  {
    name: 'cold.bundled',
    goal: 1.1,
    to: `${bare}, + 10 ms`,
    ratio: (costs) => ratioOf(costs['up.bundled'], costs['bare.bundled'], { plus: 10 }),
  },
  {
    name: 'cold.half-core',
    goal: 0.8,
    to: "serverless-http in aws's client, half a core",
    ratio: (costs) => ratioOf(costs['up.slow'], costs['serverless-http.slow']),
  },
];

const event = eventOf('GET', '/json');

/** Milliseconds by turn. */
export async function measure(note) {
  const functions = createFunctions(note);
  const group = halfCore();
  if (group === null) note('half a core is left out: no control group can be made here');
  try {
    const plain = await functions.ours({});
    const express = await functions.ours({}, { app: 'express.cjs', needs: true });
    const bundled = await functions.ours({}, { app: 'bundled.cjs', make: makeBundle });
    const client = await missingClient();
    const peer = client === null && (await functions.theirs('serverless-http'));
    return {
      ...(await measureTurns(
        {
          'up.plain': () => coldStart(plain),
          'bare.plain': () => bareStart(plain, 'plain.cjs'),
          'up.express': () => coldStart(express),
          'bare.express': () => bareStart(express, 'express.cjs'),
          'up.bundled': () => coldStart(bundled),
          'bare.bundled': () => bareStart(bundled, 'bundled.cjs'),
        },
        { turns: 40, batch: 1, warm: 2, seconds: 80 },
      )),
      ...(group && peer
        ? await measureTurns(
            { 'up.slow': () => coldStart(plain, group), 'serverless-http.slow': () => coldStart(peer, group) },
            { turns: 20, batch: 1, warm: 2, seconds: 60 },
          )
        : {}),
    };
  } finally {
    await functions.close();
    await group?.remove();
  }
}

async function coldStart({ task, command, env }, group) {
  const api = await quickRuntimeApi();
  const mark = randomUUID();
  const answered = api.invoke(event);
  const started = performance.now();
  const child = spawned(group, command, {
    cwd: task,
    env: { ...runtimeEnvironment(task, api, mark), ...env },
  });
  const { failed, body } = await answered;
  const milliseconds = performance.now() - started;
  await end(child);
  // The app is in a process group of its own.
  for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
  api.close();
  if (failed) throw new Error(`a cold start failed: ${body}`);
  return milliseconds;
}

/** Asked again and again until it answers, as its owner would wait for it. */
async function bareStart({ task }, app) {
  const port = await freePort();
  const started = performance.now();
  const child = spawned(undefined, [process.execPath, app], { cwd: task, env: { ...process.env, PORT: String(port) } });
  while (!(await answers(`http://127.0.0.1:${port}/json`)));
  const milliseconds = performance.now() - started;
  await end(child);
  return milliseconds;
}

async function answers(url) {
  const { get } = await import('node:http');
  return new Promise((resolve) => {
    get(url, { agent: false }, (res) => res.resume().once('end', () => resolve(true))).once('error', () =>
      resolve(false),
    );
  });
}

function spawned(group, [file, ...args], options) {
  const all = { ...options, stdio: 'ignore', detached: true };
  // The shell is in the group before the runtime is there.
  if (group) return spawn('/bin/sh', ['-c', `echo $$ > ${group.procs} && exec "$@"`, 'sh', file, ...args], all);
  return spawn(file, args, all);
}

function end(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    process.kill(-child.pid, 'SIGKILL');
  });
}

/** A control group (cgroups(7), version 2 or 1) with half of one processor; null where none can be made. */
function halfCore() {
  const isSecond = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const dir = join('/sys/fs/cgroup', isSecond ? '' : 'cpu', `up-bench-${process.pid}`);
  try {
    mkdirSync(dir);
    if (isSecond) writeFileSync(join(dir, 'cpu.max'), '50000 100000');
    else writeFileSync(join(dir, 'cpu.cfs_quota_us'), '50000');
  } catch {
    return null;
  }
  return {
    procs: join(dir, 'cgroup.procs'),
    remove: () => eventually('the control group to be empty', () => isRemoved(dir)),
  };
}

/** Not while the last of its processes is on its way out. */
function isRemoved(dir) {
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}
