/** What leads from a domain, or from a path of it, to the API of a stage. Moving it is how a domain changes its stage. */
import {
  type ApiGatewayV2Client,
  type ApiMapping,
  ConflictException,
  CreateApiMappingCommand,
  DeleteApiMappingCommand,
  GetApiMappingsCommand,
  NotFoundException,
  UpdateApiMappingCommand,
} from '@aws-sdk/client-apigatewayv2';
import { type DomainSpec, findMapping, type LiveDomain } from '../domains/model.ts';
import type { Change } from '../model.ts';

export async function readMappings(api: ApiGatewayV2Client, DomainName: string): Promise<ApiMapping[]> {
  const found: ApiMapping[] = [];
  try {
    for (let NextToken: string | undefined; ; ) {
      const page = await api.send(new GetApiMappingsCommand({ DomainName, MaxResults: '100', NextToken }));
      found.push(...(page.Items ?? []));
      NextToken = page.NextToken;
      if (!NextToken) return found;
    }
  } catch (error) {
    // There is no such domain name, so nothing is mapped on it.
    if (error instanceof NotFoundException) return [];
    throw error;
  }
}

/** The path itself, and paths that led to this API before. */
export function diffMapping({ key }: DomainSpec, apiId: string, live: LiveDomain): Change[] {
  const found = findMapping(live, key);
  const changes: Change[] = [];
  if (found?.ApiId !== apiId) changes.push({ field: 'ApiId', from: found?.ApiId, to: apiId });
  else if (found.Stage !== '$default') changes.push({ field: 'Stage', from: found.Stage, to: '$default' });
  for (const { ApiMappingKey = '' } of stale(live, apiId, key))
    changes.push({ field: 'ApiMappingKey', from: ApiMappingKey, to: key });
  return changes;
}

function stale({ mappings }: LiveDomain, apiId: string, key: string): ApiMapping[] {
  return mappings.filter(({ ApiId, ApiMappingKey = '' }) => ApiId === apiId && ApiMappingKey !== key);
}

/** Makes or moves it, then takes away the paths that are no longer wanted. */
export async function putMapping(
  api: ApiGatewayV2Client,
  { key }: DomainSpec,
  apiId: string,
  live: LiveDomain,
): Promise<void> {
  const found = findMapping(live, key);
  const target = { DomainName: live.name, ApiId: apiId, Stage: '$default' };
  if (!found) await createMapping(api, { ...target, ...(key !== '' && { ApiMappingKey: key }) });
  else if (found.ApiId !== apiId || found.Stage !== '$default')
    await api.send(new UpdateApiMappingCommand({ ...target, ApiMappingId: found.ApiMappingId, ApiMappingKey: key }));
  for (const mapping of stale(live, apiId, key)) await removeMapping(api, live.name, mapping);
}

async function createMapping(
  api: ApiGatewayV2Client,
  wanted: {
    readonly DomainName: string;
    readonly ApiId: string;
    readonly Stage: string;
    readonly ApiMappingKey?: string;
  },
): Promise<void> {
  try {
    await api.send(new CreateApiMappingCommand(wanted));
  } catch (error) {
    const key = wanted.ApiMappingKey ?? '';
    const there = error instanceof ConflictException ? await readMappings(api, wanted.DomainName) : [];
    // The answer to an earlier try was lost; one that leads to another stage is somebody else's doing.
    if (!there.some(({ ApiId, ApiMappingKey = '' }) => ApiId === wanted.ApiId && ApiMappingKey === key)) throw error;
  }
}

export async function removeMapping(
  api: ApiGatewayV2Client,
  DomainName: string,
  { ApiMappingId }: Pick<ApiMapping, 'ApiMappingId'>,
): Promise<void> {
  try {
    await api.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId }));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  }
}
