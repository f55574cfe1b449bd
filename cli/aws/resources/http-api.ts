/** The HTTP API of a stage: one integration with the stage's alias, the `$default` route and the `$default` stage. */
import {
  type Api,
  type ApiGatewayV2Client,
  ConflictException,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  NotFoundException,
  TagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Clients } from '../clients.ts';
import type { Context, LiveApi, LivePermission, Step } from '../model.ts';
import type { Spec } from '../spec.ts';
import { isOurs } from '../tags.ts';
import { claimStage, getApi } from './claim.ts';
import {
  descriptionOf,
  diffIntegration,
  diffRoute,
  diffStage,
  findIntegration,
  findRoute,
  integrationOf,
  spareIntegrations,
  tagsOf,
  targetOf,
} from './http-api-diff.ts';
import { diffPermission, permittedApi } from './permission.ts';

export async function readApi(
  { api: client }: Clients,
  { app }: Pick<Spec, 'app'>,
  name: string,
): Promise<LiveApi | null> {
  const [first, ...others] = await findApis(client, app, name);
  return first ? readParts(client, first, idsOf(others)) : null;
}

/** Of several APIs the one that may invoke the stage. */
export async function preferPermitted(
  { api: client }: Clients,
  live: LiveApi,
  permission: LivePermission | null,
  stage: string,
): Promise<LiveApi> {
  const permitted = permittedApi(permission, stage);
  if (permitted === null || !live.others.includes(permitted)) return live;
  const others = [live.id, ...live.others].filter((id) => id !== permitted);
  return (await readParts(client, await getApi(client, permitted), others)) ?? live;
}

function idsOf(apis: readonly Api[]): string[] {
  return apis.flatMap(({ ApiId }) => ApiId ?? []);
}

async function readParts(
  client: ApiGatewayV2Client,
  found: Partial<Api> | null,
  others: readonly string[] = [],
): Promise<LiveApi | null> {
  if (!found?.ApiId) return null;
  const ApiId = found.ApiId;
  const [integrations, routes, stages] = await Promise.all([
    client.send(new GetIntegrationsCommand({ ApiId })),
    client.send(new GetRoutesCommand({ ApiId })),
    client.send(new GetStagesCommand({ ApiId })),
  ]);
  return {
    id: ApiId,
    url: toUrl(found),
    description: found.Description,
    tags: found.Tags ?? {},
    integrations: integrations.Items ?? [],
    routes: routes.Items ?? [],
    stage: stages.Items?.find(({ StageName }) => StageName === '$default') ?? null,
    others,
  };
}

/** Names of APIs are not unique; ours is the one of that name that carries our tag, the oldest if there are several. */
export async function findApi(client: ApiGatewayV2Client, app: string, name: string): Promise<Api | null> {
  return (await findApis(client, app, name))[0] ?? null;
}

async function findApis(client: ApiGatewayV2Client, app: string, name: string): Promise<Api[]> {
  const found: Api[] = [];
  for await (const api of allApis(client)) if (api.Name === name && isOurs(api.Tags, app)) found.push(api);
  return found.sort(byAge);
}

function byAge(a: Api, b: Api): number {
  const age = (a.CreatedDate?.getTime() ?? 0) - (b.CreatedDate?.getTime() ?? 0);
  return age || ((a.ApiId ?? '') < (b.ApiId ?? '') ? -1 : 1);
}

/** An API that has lost our tag: our statement still names it. It gets the tag back, and the stage keeps its URL. */
export async function readLostApi(
  { api: client }: Clients,
  permission: LivePermission,
  stage: string,
  name: string,
): Promise<LiveApi | null> {
  const permitted = permittedApi(permission, stage);
  const found = permitted === null ? null : await getApi(client, permitted);
  return found?.Name === name ? readParts(client, found) : null;
}

export async function* allApis(client: ApiGatewayV2Client): AsyncGenerator<Api> {
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new GetApisCommand({ MaxResults: '500', NextToken }));
    yield* page.Items ?? [];
    NextToken = page.NextToken;
    if (!NextToken) return;
  }
}

export function toUrl({ ApiEndpoint }: { readonly ApiEndpoint?: string | undefined }): string {
  return `${ApiEndpoint ?? ''}/`;
}

export async function createApi(context: Context): Promise<void> {
  const { clients, spec, outputs } = context;
  if (spec.front.kind !== 'http_api') return;
  const created = await clients.api.send(
    new CreateApiCommand({
      Name: spec.front.name,
      Description: spec.front.description,
      ProtocolType: 'HTTP',
      Tags: { ...spec.ownTags, ...tagsOf(spec, {}) },
    }),
  );
  outputs.url = toUrl(created);
  await claimStage(context, created.ApiId ?? '');
  if (outputs.apiId !== created.ApiId) {
    await removeApi(clients, created.ApiId ?? '');
    return completeOther(context);
  }
  const bare = { description: created.Description, tags: created.Tags ?? {}, stage: null, others: [] };
  await complete(context, { ...bare, id: outputs.apiId, url: outputs.url, integrations: [], routes: [] });
  // An earlier try whose answer was lost has made one, too.
  if (isRetried(created)) await removeOthers(context);
}

/** Makes whatever is missing or bent; also what an earlier deploy was killed before making. */
export async function updateApi(context: Context, { changes }: Step): Promise<void> {
  const { clients, spec, world, outputs } = context;
  if (!world.api) return;
  const { id: ApiId } = world.api;
  if (diffPermission(spec, ApiId, world.permission ?? { statements: [] }).length > 0) await claimStage(context, ApiId);
  if (outputs.apiId !== ApiId) return completeOther(context);
  const tags = tagsOf(spec, world.api.tags);
  if (changes.some(({ field }) => field === 'Description'))
    await clients.api.send(new UpdateApiCommand({ ApiId, Description: descriptionOf(spec) }));
  if (changes.some(({ field }) => field in tags)) {
    const ResourceArn = `arn:aws:apigateway:${spec.identity.region}::/apis/${ApiId}`;
    await clients.api.send(new TagResourceCommand({ ResourceArn, Tags: tags }));
  }
  await complete(context, world.api);
  if (world.api.others.length > 0) await removeOthers(context);
}

/** Gives the stage's API the right to invoke it, where that is all that is missing. */
export async function permitApi(context: Context): Promise<void> {
  const { apiId } = context.outputs;
  await claimStage(context, apiId);
  if (context.outputs.apiId !== apiId) await completeOther(context);
}

/** The API of another deploy has become the stage's; that deploy may have been killed since. */
async function completeOther(context: Context): Promise<void> {
  const { clients, outputs } = context;
  const live = await readParts(clients.api, await getApi(clients.api, outputs.apiId));
  if (live) {
    outputs.url = live.url;
    await complete(context, live);
  }
  await removeOthers(context);
}

async function removeOthers({ clients, spec, outputs }: Context): Promise<void> {
  if (spec.front.kind !== 'http_api') return;
  const ids = idsOf(await findApis(clients.api, spec.app, spec.front.name));
  for (const id of ids.filter((one) => one !== outputs.apiId)) await removeApi(clients, id);
}

function isRetried({ $metadata }: { readonly $metadata: { readonly attempts?: number } }): boolean {
  return ($metadata.attempts ?? 1) > 1;
}

const mostTries = 3;

/** A part that stands already was made by another deploy, or by a try whose answer was lost: then it is looked at anew. */
async function complete(context: Context, live: LiveApi, tries = mostTries): Promise<void> {
  try {
    await completeOnce(context, live);
  } catch (error) {
    if (!(error instanceof ConflictException) || tries <= 1) throw error;
    const { api } = context.clients;
    const fresh = await readParts(api, await getApi(api, live.id));
    await complete(context, fresh ?? live, tries - 1);
  }
}

async function completeOnce({ clients: { api: client }, spec }: Context, live: LiveApi): Promise<void> {
  const ApiId = live.id;
  const { IntegrationId, isSure } = await completeIntegration(client, spec, live);
  const Target = targetOf({ IntegrationId });
  const route = findRoute(live);
  const AuthorizationType = 'NONE';
  if (!route) await client.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }));
  else if (diffRoute(spec, live).length > 0)
    await client.send(new UpdateRouteCommand({ ApiId, RouteId: route.RouteId, Target, AuthorizationType }));
  const stage = { ApiId, StageName: '$default', AutoDeploy: true };
  if (live.stage === null) await client.send(new CreateStageCommand(stage));
  else if (diffStage(live).length > 0) await client.send(new UpdateStageCommand(stage));
  const after = isSure ? live : ((await readParts(client, await getApi(client, ApiId))) ?? live);
  for (const spare of spareIntegrations(spec, after))
    await client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId: spare }));
}

/** `isSure` unless it was made and an earlier try whose answer was lost may have made another one. */
async function completeIntegration(client: ApiGatewayV2Client, spec: Spec, live: LiveApi) {
  const ApiId = live.id;
  const found = findIntegration(spec, live);
  if (!found) {
    const created = await client.send(new CreateIntegrationCommand({ ApiId, ...integrationOf(spec) }));
    return { IntegrationId: created.IntegrationId ?? '', isSure: !isRetried(created) };
  }
  const { IntegrationId = '' } = found;
  if (diffIntegration(spec, live).length > 0)
    await client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, ...integrationOf(spec) }));
  return { IntegrationId, isSure: true };
}

/** Deletes an API with everything in it. AWS allows one deletion in 30 seconds; the retry strategy waits that out. */
export async function removeApi({ api: client }: Pick<Clients, 'api'>, ApiId: string): Promise<void> {
  try {
    await client.send(new DeleteApiCommand({ ApiId }));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  }
}
