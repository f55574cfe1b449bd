/** The URL of a deployed stage, with one client and, as a rule, one call. */
import type { StageConfig } from '../../config/index.ts';
import { UpError } from '../errors.ts';
import { apiName } from './names.ts';
import type { Session } from './session.ts';

export async function findUrl(session: Session, { name, stage, url }: StageConfig): Promise<string> {
  const found = url === 'function_url' ? await functionUrl(session, name, stage) : await apiUrl(session, name, stage);
  if (found !== null) return found;
  const command = `up ${stage}${session.local ? ' --local' : ''}`;
  throw new UpError('UP_NOT_DEPLOYED', `"${name}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}

async function apiUrl({ client }: Session, app: string, stage: string): Promise<string | null> {
  const [{ ApiGatewayV2Client }, { findApi, toUrl }] = await Promise.all([
    import('@aws-sdk/client-apigatewayv2'),
    import('./resources/http-api.ts'),
  ]);
  const api = await findApi(new ApiGatewayV2Client(client), app, apiName(app, stage));
  return api && toUrl(api);
}

async function functionUrl({ client }: Session, app: string, stage: string): Promise<string | null> {
  const [{ LambdaClient }, { readUrl }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('./resources/function-url.ts'),
  ]);
  return (await readUrl({ lambda: new LambdaClient(client) }, { app, stage }))?.url ?? null;
}
