/** The HTTP API of a stage: one integration with the stage's alias, the `$default` route and the `$default` stage. */
import {
  type Api,
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Integration,
  NotFoundException,
  type Route,
  TagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveApi, LivePermission, Step } from '../model.ts';
import { isOurs, permissionId, stageTags } from '../names.ts';
import type { Spec } from '../spec.ts';

/** What HTTP APIs allow at most; the function's own timeout ends earlier requests. */
const timeoutInMillis = 30_000;

export async function readApi(
  { api: client }: Clients,
  { app }: Pick<Spec, 'app'>,
  name: string,
): Promise<LiveApi | null> {
  const found = await findApi(client, app, name);
  return found && readParts(client, found);
}

async function readParts(client: ApiGatewayV2Client, found: Partial<Api>): Promise<LiveApi | null> {
  if (!found.ApiId) return null;
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
  };
}

/** Names of APIs are not unique; ours is the one of that name that carries our tag. */
export async function findApi(client: ApiGatewayV2Client, app: string, name: string): Promise<Api | null> {
  for await (const api of allApis(client)) if (api.Name === name && isOurs(api.Tags, app)) return api;
  return null;
}

/**
 * The one that lost our tag, so that it gets it back and the stage keeps its URL: a statement on our own alias names its
 * id, which only a deploy has put there.
 */
export async function readLostApi(
  { api: client }: Clients,
  { statements }: LivePermission,
  stage: string,
  name: string,
): Promise<LiveApi | null> {
  const prefix = permissionId(stage, '');
  const ids = statements.flatMap(({ Sid }) => (Sid.startsWith(prefix) ? [Sid.slice(prefix.length)] : []));
  for (const ApiId of ids) {
    const found = await getApi(client, ApiId);
    if (found?.Name === name) return readParts(client, found);
  }
  return null;
}

async function getApi(client: ApiGatewayV2Client, ApiId: string): Promise<Partial<Api> | null> {
  try {
    return await client.send(new GetApiCommand({ ApiId }));
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
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

/** Each missing or bent part is one change, named as the part or by AWS's name of the field. */
export function diffApi(spec: Spec, live: LiveApi): Change[] {
  return [...diffSelf(spec, live), ...diffIntegration(spec, live), ...diffRoute(spec, live), ...diffStage(live)];
}

function diffSelf(spec: Spec, { description, tags }: LiveApi): Change[] {
  const text = descriptionOf(spec);
  const changes: Change[] = [];
  if (description !== text) changes.push({ field: 'Description', from: description, to: text });
  for (const [field, to] of Object.entries(stageTags(spec.app, spec.stage)))
    if (tags[field] !== to) changes.push({ field, from: tags[field], to });
  return changes;
}

function diffIntegration(spec: Spec, live: LiveApi): Change[] {
  const found = findIntegration(spec, live);
  const uri = integrationUri(spec);
  if (!found) return [{ field: 'integration', from: undefined, to: uri }];
  return Object.entries(integrationOf(spec))
    .map(([field, to]) => ({ field, from: found[field as keyof Integration], to }))
    .filter(({ from, to }) => from !== to);
}

function diffRoute(spec: Spec, live: LiveApi): Change[] {
  const route = findRoute(live);
  const target = targetOf(findIntegration(spec, live));
  if (!route || route.Target !== target) return [{ field: 'route', from: route?.Target, to: target }];
  const { AuthorizationType: from = 'NONE' } = route;
  return from === 'NONE' ? [] : [{ field: 'AuthorizationType', from, to: 'NONE' }];
}

function diffStage({ stage }: LiveApi): Change[] {
  if (stage === null) return [{ field: 'stage', from: undefined, to: '$default' }];
  return stage.AutoDeploy ? [] : [{ field: 'AutoDeploy', from: false, to: true }];
}

/** The one that leads to our alias; when somebody has bent it, the one that all requests go to. */
function findIntegration(spec: Spec, live: LiveApi): Integration | undefined {
  const uri = integrationUri(spec);
  const ours = live.integrations.find(({ IntegrationUri }) => IntegrationUri === uri);
  if (ours) return ours;
  const target = findRoute(live)?.Target;
  // An API whose making was interrupted has no route yet.
  return target === undefined
    ? live.integrations[0]
    : live.integrations.find((integration) => targetOf(integration) === target);
}

function findRoute({ routes }: LiveApi): Route | undefined {
  return routes.find(({ RouteKey }) => RouteKey === '$default');
}

function targetOf(integration: Integration | undefined): string {
  return `integrations/${integration?.IntegrationId ?? ''}`;
}

export async function createApi(context: Context): Promise<void> {
  const { clients, spec, outputs } = context;
  if (spec.front.kind !== 'http_api') return;
  const created = await clients.api.send(
    new CreateApiCommand({
      Name: spec.front.name,
      Description: spec.front.description,
      ProtocolType: 'HTTP',
      Tags: { ...stageTags(spec.app, spec.stage) },
    }),
  );
  outputs.apiId = created.ApiId ?? '';
  outputs.url = toUrl(created);
  const bare = { description: created.Description, tags: created.Tags ?? {}, stage: null };
  await complete(context, { ...bare, id: outputs.apiId, url: outputs.url, integrations: [], routes: [] });
}

/** Makes whatever is missing or bent; also what an earlier deploy was killed before making. */
export async function updateApi(context: Context, { changes }: Step): Promise<void> {
  const { clients, spec, world } = context;
  if (!world.api) return;
  const { id: ApiId } = world.api;
  const tags = stageTags(spec.app, spec.stage);
  if (changes.some(({ field }) => field === 'Description'))
    await clients.api.send(new UpdateApiCommand({ ApiId, Description: descriptionOf(spec) }));
  if (changes.some(({ field }) => field in tags)) {
    const ResourceArn = `arn:aws:apigateway:${spec.identity.region}::/apis/${ApiId}`;
    await clients.api.send(new TagResourceCommand({ ResourceArn, Tags: { ...tags } }));
  }
  await complete(context, world.api);
}

async function complete({ clients: { api: client }, spec }: Context, live: LiveApi): Promise<void> {
  const ApiId = live.id;
  const IntegrationId = await completeIntegration(client, spec, live);
  const Target = targetOf({ IntegrationId });
  const route = findRoute(live);
  const AuthorizationType = 'NONE';
  if (!route) await client.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }));
  else if (diffRoute(spec, live).length > 0)
    await client.send(new UpdateRouteCommand({ ApiId, RouteId: route.RouteId, Target, AuthorizationType }));
  const stage = { ApiId, StageName: '$default', AutoDeploy: true };
  if (live.stage === null) await client.send(new CreateStageCommand(stage));
  else if (diffStage(live).length > 0) await client.send(new UpdateStageCommand(stage));
}

async function completeIntegration(client: ApiGatewayV2Client, spec: Spec, live: LiveApi): Promise<string> {
  const ApiId = live.id;
  const found = findIntegration(spec, live);
  if (!found) {
    const created = await client.send(new CreateIntegrationCommand({ ApiId, ...integrationOf(spec) }));
    return created.IntegrationId ?? '';
  }
  const { IntegrationId = '' } = found;
  if (diffIntegration(spec, live).length > 0)
    await client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, ...integrationOf(spec) }));
  return IntegrationId;
}

function integrationOf(spec: Spec) {
  return {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: integrationUri(spec),
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: timeoutInMillis,
  } as const;
}

function descriptionOf({ front }: Spec): string | undefined {
  return front.kind === 'http_api' ? front.description : undefined;
}

function integrationUri({ app, stage, identity: { region, account } }: Spec): string {
  return `arn:aws:lambda:${region}:${account}:function:${app}:${stage}`;
}

/** With everything in it. */
export async function removeApi({ api: client }: Pick<Clients, 'api'>, ApiId: string): Promise<void> {
  try {
    await client.send(new DeleteApiCommand({ ApiId }));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  }
}
