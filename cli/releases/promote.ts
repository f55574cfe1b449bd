/**
 * A promotion: the very bytes that are live on one stage, with the configuration, environment and role of another. The
 * package is taken from Lambda, so nothing is built, and its hash has to be the one that Lambda has of it.
 */
import { createHash } from 'node:crypto';
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { readFunction } from '../aws/resources/function.ts';
import { requestTimeout, type Session } from '../aws/session.ts';
import { isPackaged, packagedStages } from '../build/packaged-stages.ts';
import type { Context } from '../command.ts';
import { ship, showDeployed } from '../deploy/ship.ts';
import { UpError } from '../errors.ts';
import { get } from '../get.ts';
import { bytes } from '../output/format.ts';
import { stageOf } from '../project/project.ts';
import { openTarget, type Target } from '../target.ts';
import { describeRelease, toRelease } from './release.ts';
import type { Watch } from './watch.ts';

export interface PromoteFlags {
  readonly from: string;
  readonly to: string;
  readonly watch: Watch | undefined;
}

export async function runPromote(context: Context, { from, to, watch }: PromoteFlags): Promise<void> {
  const started = performance.now();
  stageOf(await context.project(), from);
  const target = await openTarget(context, to);
  const { app } = target;
  const source = await readSource(target, from);
  const release = toRelease(source.config);
  const zip = await context.report.step('Package', async (say) => {
    const zip = await download(target, source);
    say(`${describeRelease(release)}, ${bytes(zip.length)}, as it is on ${from}`);
    return zip;
  });
  requireStage(zip, { from, to });
  const pkg = { zip, sha256: release.sha256 };
  const deployed = await ship(context, target, { pkg, commit: release, watch });
  const result = { ...deployed, app, from: { stage: from, version: release.version } };
  showDeployed(context, result, performance.now() - started);
}

/** The package holds the settings of every stage that there was. Seen before anything is changed. */
function requireStage(zip: Buffer, { from, to }: Pick<PromoteFlags, 'from' | 'to'>): void {
  const stages = packagedStages(zip);
  if (stages === null || isPackaged(stages, to)) return;
  const message = `What is live on ${from} was built before up.json had the stage "${to}"`;
  throw new UpError('UP_STAGE_UNKNOWN', message, {
    evidence: `It knows   ${stages.join(', ')}`,
    hint: `up ${from}, then promote it`,
    next: [`up ${from}`, `up promote ${from} ${to}`],
  });
}

export interface Source {
  readonly config: FunctionConfiguration;
  /** A presigned URL of the package, good for ten minutes. */
  readonly location: string;
}

/** What is live on the stage, or a version. While a canary runs, that is the version beside which it runs. */
export async function readSource(target: Target, stage: string): Promise<Source> {
  const { clients, app } = target;
  // Tags are the function's: AWS does not promise them with the answer for an alias.
  const [{ Configuration, Code }] = await Promise.all([getFunction(target, stage), readFunction(clients, { app })]);
  return { config: Configuration ?? {}, location: Code?.Location ?? '' };
}

async function getFunction({ clients, app }: Target, Qualifier: string): Promise<GetFunctionCommandOutput> {
  try {
    return await clients.lambda.send(new GetFunctionCommand({ FunctionName: app, Qualifier }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed to ${Qualifier}`, {
      hint: `up ${Qualifier}`,
      next: [`up ${Qualifier}`],
    });
  }
}

/** The package, proved to be the one that Lambda runs. */
export async function download({ session }: Pick<Target, 'session'>, { location, config }: Source): Promise<Buffer> {
  const zip = await fetchBytes(session, location);
  const sha256 = createHash('sha256').update(zip).digest('base64');
  if (sha256 === config.CodeSha256) return zip;
  throw new UpError('UP_AWS_FAILED', `The package of v${config.Version} is not what Lambda says it is`, {
    evidence: `CodeSha256 ${config.CodeSha256}\nDownloaded ${sha256}, ${bytes(zip.length)}`,
    hint: 'run it again',
  });
}

async function fetchBytes({ client }: Session, location: string): Promise<Buffer> {
  try {
    const { httpsAgent } = client.requestHandler;
    const { status, body } = await get(location, { timeoutMs: requestTimeout * 5, httpsAgent });
    if (status === 200) return body;
    throw new Error(`answered ${status}`);
  } catch (cause) {
    // The URL itself is a secret: who has it can read the package.
    const { message } = cause as Error;
    throw new UpError('UP_AWS_UNAVAILABLE', `The package could not be read from Lambda: ${message}`, { cause });
  }
}
