/** The URL of a deployed stage, with two calls at the most and one client. */
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { UpError } from '../errors.ts';
import { apiName } from './names.ts';
import { findApi, toUrl } from './resources/http-api.ts';
import type { Session } from './session.ts';

export async function readUrl({ client, local }: Session, app: string, stage: string): Promise<string> {
  const api = await findApi(new ApiGatewayV2Client(client), app, apiName(app, stage));
  if (api) return toUrl(api);
  const command = `up ${stage}${local ? ' --local' : ''}`;
  throw new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}
