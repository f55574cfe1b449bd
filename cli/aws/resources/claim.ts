/**
 * Decides which HTTP API is the stage's. Names of APIs are not unique, so concurrent first deploys make one each; but
 * the name of the statement that lets an API invoke the stage is unique, and the first API to have it wins.
 */
import {
  type ApiGatewayV2Client,
  GetApiCommand,
  type GetApiResponse,
  NotFoundException,
} from '@aws-sdk/client-apigatewayv2';
import { UpError } from '../../errors.ts';
import type { Context } from '../model.ts';
import {
  addStatement,
  findStatement,
  permits,
  permittedApi,
  readPermission,
  removeStatement,
  statements,
} from './permission.ts';

const mostTries = 5;

/** Lets the API invoke the stage, unless another one of ours may already. Sets `apiId` of the outputs to that one. */
export async function claimStage(context: Context, ApiId: string): Promise<void> {
  const { spec, outputs } = context;
  for (let tries = 0; tries < mostTries && !outputs.claimed; tries++) {
    const permitted = await claimOnce(context, ApiId);
    if (permitted !== null) Object.assign(outputs, { apiId: permitted, claimed: true });
  }
  if (!outputs.claimed) throw new UpError('UP_DEPLOY_CONFLICT', `Somebody else is deploying "${spec.app}"`);
}

/** The API that may invoke the stage now; null when what stood in the way has been removed. */
async function claimOnce({ clients, spec }: Context, ApiId: string): Promise<string | null> {
  const [wanted] = statements(spec, ApiId);
  if (!wanted || (await addStatement(clients, wanted))) return ApiId;
  const live = await readPermission(clients, spec);
  const found = findStatement(live, wanted);
  if (!found) return null;
  if (permits(found, wanted)) return ApiId;
  const other = permittedApi(live, spec.stage);
  if (other !== null && other !== ApiId && (await isNamed(clients.api, other, spec.front))) return other;
  // The statement was changed by hand, or its API is gone. Removed with the revision that was read, so that a statement
  // which another deploy has just added stays.
  await removeStatement(clients, spec, found.Sid, live?.revisionId);
  return null;
}

async function isNamed(client: ApiGatewayV2Client, ApiId: string, front: Context['spec']['front']): Promise<boolean> {
  return front.kind === 'http_api' && (await getApi(client, ApiId))?.Name === front.name;
}

export async function getApi(client: ApiGatewayV2Client, ApiId: string): Promise<GetApiResponse | null> {
  try {
    return await client.send(new GetApiCommand({ ApiId }));
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
}
