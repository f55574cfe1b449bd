/** Runs the story where everything is allowed, and writes down what each chapter needs. */
import { needsOf } from '../../local/aws/access/table.ts';
import type { AwsCall } from '../support/aws-call.ts';
import { startRecorder } from '../support/recorder.ts';
import { awsEnv, type Sandbox } from '../support/sandbox.ts';
import type { Recorded } from './page.ts';
import { type Names, type Permission, toPermission } from './policy.ts';
import { chapters, timeout } from './story.ts';

export async function recordStory(sandbox: Sandbox): Promise<Recorded> {
  const names: Names = { app: 'recorded', region: 'us-east-1', account: '000000000000' };
  const endpoint = (await sandbox.platform({ env: { UP_LOCAL_DIR: `${sandbox.root}/recorded` } })).url;
  const recorder = await startRecorder(endpoint);
  const dir = sandbox.project(names.app, {});
  const recorded: Record<string, Permission[]> = {};
  try {
    for (const { title, words, before } of chapters) {
      await before?.({ dir, endpoint });
      const { code, stderr } = await sandbox.up(words, { cwd: dir, env: awsEnv(recorder.url), timeout });
      if (code !== 0) throw new Error(`${title}: exit ${code}\n${stderr}`);
      recorded[title] = toPermissions(recorder.takeCalls(), names);
    }
  } finally {
    recorder.close();
  }
  return recorded;
}

/** In the order in which they are needed first. */
function toPermissions(calls: readonly AwsCall[], names: Names): Permission[] {
  const all = calls.filter(isSigned).flatMap(({ service, operation, input }) => {
    const needs = needsOf(service, operation, input);
    if (needs === null) throw new Error(`${service} ${operation} has no row in local/aws/access`);
    return needs.map((need) => toPermission(need, names));
  });
  return [...new Map(all.map((permission) => [JSON.stringify(permission), permission])).values()];
}

/** The package of a version comes by a URL that GetFunction has signed: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
function isSigned({ operation }: AwsCall): boolean {
  return !operation.includes('/_local/code/');
}
