/** Functions to measure, each a runtime process against a Runtime API of its own: ours and those of others. */
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpEvent } from '../scripts/checks/event.mjs';
import { packApp } from '../scripts/checks/lambda.mjs';
import { eventually, freePort } from '../scripts/checks/processes.mjs';
import { installRic, marked, missingTool, startRuntime } from '../scripts/checks/runtime.mjs';
import { handlers, installAdapter, installPeers } from './peers.mjs';
import { quickRuntimeApi } from './runtime-api.mjs';

const apps = fileURLToPath(new URL('apps', import.meta.url));
/** Of its own, as a small function has it, so that the processes of one do not wake each other across cores: taskset(1). */
const onOneCore = availableParallelism() > 1 && existsSync('/usr/bin/taskset') ? ['taskset', '-c', '1'] : [];
/** Its engines field. */
const leastNode = 22;

/** Why AWS's client cannot run here; null when it can. */
export async function missingClient() {
  if (Number(process.versions.node.split('.')[0]) < leastNode) return `Node ${leastNode}`;
  return missingTool();
}

export function createFunctions(note) {
  const endings = [];
  const check = { note, onEnd: (ending) => endings.push(ending) };

  /** A package of ours around an app of bench/apps, or one that `make` writes. `needs`: it requires what the peers have. */
  async function ours(config, { app = 'plain.cjs', make = async () => {}, needs = false, env = {} } = {}) {
    const task = await packApp(check, {
      name: 'bench',
      config: { proxy: { command: `node ${app}` }, ...config },
      prepare: async (dir) => {
        cpSync(apps, dir, { recursive: true });
        await make(join(dir, app));
      },
    });
    if (needs) symlinkSync(join(await installPeers(note), 'node_modules'), join(task, 'node_modules'));
    return { task, command: [join(task, '_up', 'bootstrap'), process.execPath], env };
  }

  /** One of `handlers` under AWS's client. */
  async function theirs(name) {
    const task = mkdtempSync(join(tmpdir(), 'up-bench-'));
    endings.push(() => rmSync(task, { recursive: true, force: true }));
    cpSync(apps, task, { recursive: true });
    symlinkSync(join(await installPeers(note), 'node_modules'), join(task, 'node_modules'));
    mkdirSync(join(task, '_up'));
    writeFileSync(join(task, 'function.cjs'), handlers[name]);
    writeFileSync(join(task, '_up', 'handler.cjs'), `module.exports = require('../function.cjs');`);
    return { task, command: [process.execPath, await installRic(check)], env: {} };
  }

  /** The same app behind AWS's Lambda Web Adapter, as its layer would start both; null where that cannot be built. */
  async function adapted() {
    const adapter = await installAdapter(note);
    if (adapter === null) return null;
    const task = mkdtempSync(join(tmpdir(), 'up-bench-'));
    endings.push(() => rmSync(task, { recursive: true, force: true }));
    cpSync(apps, task, { recursive: true });
    const port = String(await freePort());
    const command = ['sh', '-c', '"$0" plain.cjs & exec "$1"', process.execPath, adapter];
    return { task, command, env: { PORT: port, AWS_LWA_PORT: port } };
  }

  /** Starts it: `{ invoke(event bytes), pid, processes(), kill, output() }`. */
  async function start({ task, command, env }) {
    const api = await quickRuntimeApi();
    const mark = randomUUID();
    const runtime = startRuntime(task, [...onOneCore, ...command], api, mark, env);
    const kill = () => {
      // The app is in a process group of its own.
      for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
      api.close();
    };
    endings.push(kill);
    const isOver = () => api.initialized() || runtime.child.exitCode !== null;
    await eventually('the runtime', isOver, 20).catch(() => {});
    if (!api.initialized() || api.initError() !== null)
      throw new Error(`a runtime did not start: ${api.initError() ?? ''} ${runtime.stderr} ${runtime.stdout}`);
    return { invoke: api.invoke, pid: runtime.pid, processes: () => marked(mark), kill, output: () => runtime.stderr };
  }

  return {
    ours,
    theirs,
    adapted,
    start,
    async close() {
      for (const ending of endings.toReversed()) await ending();
    },
  };
}

/** What has to be said so that nothing is on. */
export const nothingOn = { compress: { disable: true }, robots: true, logs: { disable: true } };

/** Milliseconds of one invocation of what `start` gave, or until its answer holds this; it must not fail. */
export async function invocationTime({ invoke }, event, until) {
  const { milliseconds, failed, body } = await invoke(event, until);
  if (failed) throw new Error(`an invocation failed: ${body}`);
  return milliseconds;
}

/** An event as bytes, made once. */
export function eventOf(method, path, options) {
  return Buffer.from(JSON.stringify(httpEvent(method, path, options)));
}
