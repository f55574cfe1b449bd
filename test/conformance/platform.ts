/** Real HTTP through the front doors of the local platform, one deploy for each way of answering. */
import type { Sandbox } from '../support/sandbox.ts';
import { type Host, httpHost } from './hosts.ts';

export async function platformHosts(sandbox: Sandbox, dir: string): Promise<Host[]> {
  const { url } = await sandbox.platform();
  // One after the other: two deploys of one app at once are a conflict.
  const gateway = await deploy(sandbox, dir, 'staging');
  const functionUrl = await deploy(sandbox, dir, 'streamed');
  await deploy(sandbox, dir, 'rest');
  return [
    httpHost('gateway', gateway),
    httpHost('url', functionUrl),
    // These are no resources that a deploy makes; they are found by name, on the port of the platform.
    ...(['rest', 'rest-stream', 'alb', 'alb-multi'] as const).map((name) => httpHost(name, url)),
  ];
}

async function deploy(sandbox: Sandbox, dir: string, stage: string): Promise<string> {
  const { code, stdout, stderr } = await sandbox.up([stage, '--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}
