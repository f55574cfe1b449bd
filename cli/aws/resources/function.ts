/** The function itself: `$LATEST`, where code and configuration are put together before a version is published. */
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListTagsCommand,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { UpError } from '../../errors.ts';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveFunction, Step } from '../model.ts';
import { logGroupName } from '../names.ts';
import { requireOurs } from '../ownership.ts';
import { requestTimeout } from '../session.ts';
import type { Spec } from '../spec.ts';
import type { Tags } from '../tags.ts';
import { uploadProgress } from '../upload-progress.ts';
import { waitUntil } from '../wait.ts';
import { codeOf } from './artifact.ts';
import { diffConfig, diffFunction, vpcConfigOf } from './function-diff.ts';
import { untilUsable } from './role.ts';

export async function readFunction(
  { lambda }: Pick<Clients, 'lambda'>,
  { app }: Pick<Spec, 'app'>,
): Promise<LiveFunction | null> {
  try {
    const found = await lambda.send(new GetFunctionCommand({ FunctionName: app }));
    const { Configuration, Concurrency } = found;
    const tags = await tagsOf(lambda, found);
    requireOurs(tags, `function "${app}"`, app);
    if (!Configuration) return null;
    const reserved = Concurrency?.ReservedConcurrentExecutions;
    return { config: Configuration, revisionId: Configuration.RevisionId, tags, reserved };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/**
 * Without the permission to list tags, GetFunction leaves them out silently; asked for them alone, AWS reports the
 * missing permission.
 */
export async function tagsOf(lambda: LambdaClient, { Configuration, Tags }: GetFunctionCommandOutput): Promise<Tags> {
  if (Tags !== undefined) return { ...Tags };
  return { ...(await lambda.send(new ListTagsCommand({ Resource: Configuration?.FunctionArn }))).Tags };
}

export async function createFunction(context: Context): Promise<void> {
  const { spec, outputs, say } = context;
  const input: CreateFunctionCommandInput = {
    FunctionName: spec.app,
    ...configuration(context),
    Architectures: [spec.fn.Architecture],
    Code: codeOf(spec),
    Tags: { ...spec.tags },
  };
  await untilUsable(
    spec.role,
    () => createOnce(context, input),
    () => say('waiting for IAM'),
  );
  outputs.revision = await proved(context, (live) => diffFunction(spec, live));
}

async function createOnce({ clients, spec, say }: Context, input: CreateFunctionCommandInput): Promise<void> {
  try {
    const create = new CreateFunctionCommand(input);
    create.middlewareStack.use(uploadProgress(say, spec.code.zip.length));
    await clients.lambda.send(create, uploading(spec));
  } catch (error) {
    if (error instanceof ResourceConflictException && (await isCreated(clients, spec))) return;
    throw error;
  }
}

/** Made by another first deploy, or by an earlier try whose answer was lost: only the very same is no conflict. */
async function isCreated(clients: Clients, spec: Spec): Promise<boolean> {
  const live = await readFunction(clients, spec);
  return live !== null && diffFunction(spec, live).length === 0;
}

const slowestUpload = 32 * 1024;

/** The code is part of the request, so the timeout grows with its size, for slow lines. */
function uploading({ code }: Spec): { requestTimeout: number } {
  return { requestTimeout: requestTimeout + (code.zip.length / slowestUpload) * 1000 };
}

export async function updateFunction(context: Context, { changes }: Step): Promise<void> {
  const { clients, spec, world, outputs, say } = context;
  const fields = new Set(changes.map(({ field }) => field));
  const changesCode = fields.delete('Code');
  const changesArchitecture = fields.delete('Architectures');
  // The plan was made from a fresh read. An earlier change that failed is no reason to wait: this one replaces it.
  if (world.fn && isChanging(world.fn.config)) outputs.revision = (await settled(context)).revisionId;
  if (fields.size > 0) {
    const input = { FunctionName: spec.app, ...configuration(context), RevisionId: outputs.revision };
    const sent = untilUsable(
      spec.role,
      () => clients.lambda.send(new UpdateFunctionConfigurationCommand(input)),
      () => say('waiting for IAM'),
    );
    outputs.revision = await changed(context, sent, ({ config }) => diffConfig(spec, config));
  }
  if (!changesCode && !changesArchitecture) return;
  const update = new UpdateFunctionCodeCommand({
    FunctionName: spec.app,
    ...codeOf(spec),
    Architectures: [spec.fn.Architecture],
    RevisionId: outputs.revision,
  });
  update.middlewareStack.use(uploadProgress(say, spec.code.zip.length));
  const sent = clients.lambda.send(update, uploading(spec));
  outputs.revision = await changed(context, sent, (live) => diffFunction(spec, live));
}

/**
 * The RevisionId of $LATEST once a change has taken effect. A change is refused when somebody else's came before it,
 * but also when it is repeated because its own answer was lost; the live content tells which.
 */
async function changed(context: Context, sent: Promise<unknown>, left: Left): Promise<string | undefined> {
  try {
    await sent;
  } catch (error) {
    if (!isRefused(error)) throw error;
    return proved(context, left, error);
  }
  return proved(context, left);
}

/** What still differs from what was wanted. */
type Left = (live: Pick<LiveFunction, 'config'>) => readonly Change[];

/** A RevisionId read together with the very content that was wanted: nothing else can be published under it. */
async function proved(context: Context, left: Left, refusal?: Error): Promise<string | undefined> {
  const live = await settled(context);
  if (left(live).length > 0) throw refusal ?? overtaken(context.spec);
  return live.revisionId;
}

/** The RevisionId is another's, or another change is under way. */
function isRefused(error: unknown): error is Error {
  return error instanceof PreconditionFailedException || error instanceof ResourceConflictException;
}

/** The error of the slower one of two concurrent deploys, when it finds the content of the other. */
export function overtaken({ app }: Spec, cause?: Error): UpError {
  return new UpError('UP_DEPLOY_CONFLICT', `Somebody else is deploying "${app}"`, {
    evidence: cause
      ? `AWS said   ${cause.name}: ${cause.message.split('\n')[0]}`
      : 'Found      $LATEST is not what was sent',
    cause,
  });
}

function configuration({ spec: { app, fn }, world, outputs }: Context) {
  const { Runtime, Handler, MemorySize, Timeout, EphemeralStorage, Environment, TracingMode, VpcConfig, Layers } = fn;
  const isAttached = [VpcConfig, vpcConfigOf(world.fn?.config ?? {})].some(({ SubnetIds }) => SubnetIds.length > 0);
  return {
    Role: outputs.roleArn,
    Runtime,
    Handler,
    MemorySize,
    Timeout,
    EphemeralStorage: { Size: EphemeralStorage },
    Environment: { Variables: { ...Environment } },
    TracingConfig: { Mode: TracingMode },
    // Empty lists detach.
    ...(isAttached && {
      VpcConfig: { SubnetIds: [...VpcConfig.SubnetIds], SecurityGroupIds: [...VpcConfig.SecurityGroupIds] },
    }),
    Layers: [...Layers],
    // With the format JSON, Lambda would wrap each of our lines into one of its own.
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupName(app) } as const,
  };
}

/** Milliseconds that a function, or a version, may take to be ready: network interfaces are made in minutes. */
export function readyTimeout({ fn }: Pick<Spec, 'fn'>): number {
  return fn.VpcConfig.SubnetIds.length > 0 ? 600_000 : 120_000;
}

/** Waits until the function takes the next change; gives it as it then is. */
export async function settled({ clients, spec, say }: Context): Promise<Omit<LiveFunction, 'tags'>> {
  const config = await waitUntil(
    async () => {
      const live = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: spec.app }));
      if (live.State === 'Failed' || live.LastUpdateStatus === 'Failed') throw failed(live);
      return isChanging(live) ? null : live;
    },
    {
      timeout: readyTimeout(spec),
      for: `the function "${spec.app}" to be ready`,
      onSlow: () => say('waiting for Lambda'),
    },
  );
  return { config, revisionId: config.RevisionId };
}

function isChanging({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === 'Pending' || LastUpdateStatus === 'InProgress';
}

function failed({ StateReason, LastUpdateStatusReason }: FunctionConfiguration): UpError {
  return new UpError(
    'UP_AWS_FAILED',
    `Lambda could not update the function: ${LastUpdateStatusReason ?? StateReason ?? 'no reason given'}`,
  );
}

/** With all its versions, aliases and permissions. */
export async function removeFunction({ lambda }: Pick<Clients, 'lambda'>, FunctionName: string): Promise<void> {
  await lambda.send(new DeleteFunctionCommand({ FunctionName })).catch(ignoreGone);
}

/** Lambda refuses to delete one that an alias points to, so none that is live is ever lost. */
export async function removeVersion(
  { lambda }: Pick<Clients, 'lambda'>,
  FunctionName: string,
  Qualifier: string,
): Promise<void> {
  await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier })).catch(ignoreGone);
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}
