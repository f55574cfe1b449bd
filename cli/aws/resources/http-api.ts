/** The HTTP API of a stage: one integration with the stage's alias, the `$default` route and the `$default` stage. */
import {
  type Api,
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveApi } from '../model.ts';
import { isOurs, stageTags } from '../names.ts';
import type { Spec } from '../spec.ts';

/** What HTTP APIs allow at most; the function's own timeout ends earlier requests. */
const timeoutInMillis = 30_000;

export async function readApi({ api: client }: Clients, { app }: Spec, name: string): Promise<LiveApi | null> {
  const found = await findApi(client, app, name);
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
    integrations: integrations.Items ?? [],
    routes: routes.Items ?? [],
    hasStage: (stages.Items ?? []).some(({ StageName }) => StageName === '$default'),
  };
}

/** Names of APIs are not unique; ours is the one of that name that carries our tag. */
export async function findApi(client: ApiGatewayV2Client, app: string, name: string): Promise<Api | null> {
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new GetApisCommand({ MaxResults: '500', NextToken }));
    const found = page.Items?.find((api) => api.Name === name && isOurs(api.Tags, app));
    if (found) return found;
    NextToken = page.NextToken;
    if (!NextToken) return null;
  }
}

export function toUrl({ ApiEndpoint }: { readonly ApiEndpoint?: string | undefined }): string {
  return `${ApiEndpoint ?? ''}/`;
}

/** Each missing or bent part is one change, named as the part. */
export function diffApi(spec: Spec, live: LiveApi): Change[] {
  const changes: Change[] = [];
  const integration = live.integrations[0];
  const route = live.routes.find(({ RouteKey }) => RouteKey === '$default');
  const uri = integrationUri(spec);
  if (integration?.IntegrationUri !== uri)
    changes.push({ field: 'integration', from: integration?.IntegrationUri, to: uri });
  const target = `integrations/${integration?.IntegrationId ?? ''}`;
  if (!integration || route?.Target !== target) changes.push({ field: 'route', from: route?.Target, to: target });
  if (!live.hasStage) changes.push({ field: 'stage', from: undefined, to: '$default' });
  return changes;
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
  await complete(context, { id: outputs.apiId, url: outputs.url, integrations: [], routes: [], hasStage: false });
}

export async function updateApi(context: Context): Promise<void> {
  if (context.world.api) await complete(context, context.world.api);
}

/** Makes whatever is missing; also what an earlier deploy was killed before making. */
async function complete({ clients: { api: client }, spec }: Context, live: LiveApi): Promise<void> {
  const ApiId = live.id;
  const IntegrationId = await completeIntegration(client, spec, live);
  const Target = `integrations/${IntegrationId}`;
  const route = live.routes.find(({ RouteKey }) => RouteKey === '$default');
  if (!route) await client.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }));
  else if (route.Target !== Target) {
    await client.send(new UpdateRouteCommand({ ApiId, RouteId: route.RouteId, Target }));
  }
  if (!live.hasStage) await client.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
}

async function completeIntegration(
  client: ApiGatewayV2Client,
  spec: Spec,
  { id, integrations }: LiveApi,
): Promise<string> {
  const [live] = integrations;
  const IntegrationUri = integrationUri(spec);
  if (!live) {
    const created = await client.send(
      new CreateIntegrationCommand({
        ApiId: id,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri,
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: timeoutInMillis,
      }),
    );
    return created.IntegrationId ?? '';
  }
  if (live.IntegrationUri !== IntegrationUri) {
    await client.send(new UpdateIntegrationCommand({ ApiId: id, IntegrationId: live.IntegrationId, IntegrationUri }));
  }
  return live.IntegrationId ?? '';
}

function integrationUri({ app, stage, identity: { region, account } }: Spec): string {
  return `arn:aws:lambda:${region}:${account}:function:${app}:${stage}`;
}
