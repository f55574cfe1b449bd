/** The URL of a deployed stage, with one client and, as a rule, one call. */
import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import type { StageConfig } from '../../config/index.ts';
import { UpError } from '../errors.ts';
import { type DomainSpec, domainSpec, domainUrl } from './domains/model.ts';
import { apiName } from './names.ts';
import type { Session } from './session.ts';

/** That of its domain when that leads here and DNS knows it: one call more, for stages that have one. */
export async function findUrl(session: Session, config: StageConfig): Promise<string> {
  const { name, stage, url } = config;
  const found = url === 'function_url' ? await functionUrl(session, name, stage) : await apiUrl(session, config);
  if (found !== null) return found;
  const command = `up ${stage}`;
  throw new UpError('UP_NOT_DEPLOYED', `"${name}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}

async function apiUrl({ client, local }: Session, config: StageConfig): Promise<string | null> {
  const [{ ApiGatewayV2Client }, { findApi, toUrl }] = await Promise.all([
    import('@aws-sdk/client-apigatewayv2'),
    import('./resources/http-api.ts'),
  ]);
  const calls = new ApiGatewayV2Client(client);
  const api = await findApi(calls, config.name, apiName(config.name, config.stage));
  const domain = domainSpec(config);
  if (api?.ApiId && domain && !local && (await works(calls, domain, api.ApiId))) return domainUrl(domain);
  return api && toUrl(api);
}

async function works(calls: ApiGatewayV2Client, { name, key }: DomainSpec, apiId: string): Promise<boolean> {
  const [{ readMappings }, { dnsAnswers }] = await Promise.all([
    import('./resources/api-mapping.ts'),
    import('./domains/answers.ts'),
  ]);
  const mappings = await readMappings(calls, name);
  const leadsHere = mappings.some(({ ApiId, ApiMappingKey = '' }) => ApiId === apiId && ApiMappingKey === key);
  return leadsHere && (await dnsAnswers(name));
}

async function functionUrl({ client }: Session, app: string, stage: string): Promise<string | null> {
  const [{ LambdaClient }, { readUrl }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('./resources/function-url.ts'),
  ]);
  return (await readUrl({ lambda: new LambdaClient(client) }, { app, stage }))?.url ?? null;
}
