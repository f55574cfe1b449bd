/** AWS's own runtime client with an empty handler: the floor that costs are compared with. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpEvent } from '../scripts/checks/event.mjs';
import { eventually } from '../scripts/checks/processes.mjs';
import { installRic, missingTool, runtimeApi, startRuntime } from '../scripts/checks/runtime.mjs';

/** Its engines field. */
const leastNode = 22;

/** `{ invoke, close }`, or `{ missing }` with the reason why it cannot run here. */
export async function startAwsClient(note) {
  if (Number(process.versions.node.split('.')[0]) < leastNode) return { missing: `Node ${leastNode}` };
  const tool = await missingTool();
  if (tool) return { missing: tool };
  const client = await installRic({ note });
  const task = mkdtempSync(join(tmpdir(), 'up-bench-'));
  mkdirSync(join(task, '_up'));
  writeFileSync(
    join(task, '_up', 'handler.mjs'),
    "export const handler = async () => ({ statusCode: 200, body: 'ok' });",
  );
  const api = await runtimeApi();
  const runtime = startRuntime(task, [process.execPath, client], api, randomUUID());
  await eventually("AWS's client", () => api.initialized() || runtime.child.exitCode !== null, 20);
  const close = () => {
    runtime.child.kill('SIGKILL');
    api.close();
    rmSync(task, { recursive: true });
  };
  if (runtime.child.exitCode === null && api.initError() === null) return { invoke: () => api.invoke(event), close };
  close();
  throw new Error(`AWS's client did not start: ${api.initError() ?? ''} ${runtime.stderr}`);
}

const event = httpEvent('GET', '/api/products');
