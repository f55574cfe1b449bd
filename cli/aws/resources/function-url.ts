/** The Function URL of a stage, on the stage's alias: for streaming, and for requests longer than an HTTP API allows. */
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type FunctionUrlConfig,
  GetFunctionUrlConfigCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveUrl } from '../model.ts';
import type { FrontSpec, Spec } from '../spec.ts';

export async function readUrl(
  { lambda }: Pick<Clients, 'lambda'>,
  { app, stage }: Pick<Spec, 'app' | 'stage'>,
): Promise<LiveUrl | null> {
  try {
    const live = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: app, Qualifier: stage }));
    return { url: live.FunctionUrl ?? '', invokeMode: live.InvokeMode, authType: live.AuthType };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

export function diffUrl(front: FrontSpec, live: LiveUrl): Change[] {
  const changes: Change[] = [];
  const mode = modeOf(front);
  if (live.invokeMode !== mode) changes.push({ field: 'InvokeMode', from: live.invokeMode, to: mode });
  if (live.authType !== 'NONE') changes.push({ field: 'AuthType', from: live.authType, to: 'NONE' });
  return changes;
}

export async function createUrl(context: Context): Promise<void> {
  const { clients, spec, outputs } = context;
  try {
    const created = await clients.lambda.send(new CreateFunctionUrlConfigCommand(wanted(spec)));
    outputs.url = created.FunctionUrl ?? '';
  } catch (error) {
    // It stands already: the answer to an earlier try was lost.
    if (!(error instanceof ResourceConflictException)) throw error;
    await updateUrl(context);
  }
}

export async function updateUrl({ clients, spec, outputs }: Context): Promise<void> {
  const updated = await clients.lambda.send(new UpdateFunctionUrlConfigCommand(wanted(spec)));
  outputs.url = updated.FunctionUrl ?? '';
}

function wanted({ app, stage, front }: Spec) {
  return { FunctionName: app, Qualifier: stage, AuthType: 'NONE', InvokeMode: modeOf(front) } as const;
}

function modeOf(front: FrontSpec): NonNullable<FunctionUrlConfig['InvokeMode']> {
  return front.kind === 'function_url' ? front.invokeMode : 'BUFFERED';
}

export async function removeUrl(
  { lambda }: Pick<Clients, 'lambda'>,
  { app, stage }: Pick<Spec, 'app' | 'stage'>,
): Promise<void> {
  try {
    await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: app, Qualifier: stage }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
