/** What an HTTP API is to be, and what of a live one differs from that. Pure. */
import type { Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { withDomainTag } from '../domains/model.ts';
import type { Change, LiveApi } from '../model.ts';
import type { Spec } from '../spec.ts';
import { stageTags, type Tags } from '../tags.ts';

/** What HTTP APIs allow at most; the function's own timeout ends earlier requests. */
const timeoutInMillis = 30_000;

/** Each missing or bent part is one change, named as the part or by AWS's name of the field. */
export function diffApi(spec: Spec, live: LiveApi): Change[] {
  const others = live.others.map((id) => ({ field: 'duplicate', from: id, to: undefined }));
  const parts = [
    ...diffIntegration(spec, live),
    ...diffSpare(spec, live),
    ...diffRoute(spec, live),
    ...diffStage(live),
  ];
  return [...diffSelf(spec, live), ...parts, ...others];
}

function diffSelf(spec: Spec, { description, tags }: LiveApi): Change[] {
  const text = descriptionOf(spec);
  const changes: Change[] = [];
  if (description !== text) changes.push({ field: 'Description', from: description, to: text });
  for (const [field, to] of Object.entries(tagsOf(spec, tags)))
    if (tags[field] !== to) changes.push({ field, from: tags[field], to });
  return changes;
}

export function diffIntegration(spec: Spec, live: LiveApi): Change[] {
  const found = findIntegration(spec, live);
  const uri = integrationUri(spec);
  if (!found) return [{ field: 'integration', from: undefined, to: uri }];
  return Object.entries(integrationOf(spec))
    .map(([field, to]) => ({ field, from: found[field as keyof Integration], to }))
    .filter(({ from, to }) => from !== to);
}

function diffSpare(spec: Spec, live: LiveApi): Change[] {
  return spareIntegrations(spec, live).map((id) => ({ field: 'duplicate integration', from: id, to: undefined }));
}

/** What a deploy that was interrupted has left: they lead to our alias, and no route leads to them. */
export function spareIntegrations(spec: Spec, live: LiveApi): string[] {
  const kept = findIntegration(spec, live);
  return live.integrations
    .filter(({ IntegrationUri }) => IntegrationUri === integrationUri(spec))
    .filter((one) => one !== kept && !live.routes.some(({ Target }) => Target === targetOf(one)))
    .flatMap(({ IntegrationId }) => IntegrationId ?? []);
}

export function diffRoute(spec: Spec, live: LiveApi): Change[] {
  const route = findRoute(live);
  const target = targetOf(findIntegration(spec, live));
  if (!route || route.Target !== target) return [{ field: 'route', from: route?.Target, to: target }];
  const { AuthorizationType: from = 'NONE' } = route;
  return from === 'NONE' ? [] : [{ field: 'AuthorizationType', from, to: 'NONE' }];
}

export function diffStage({ stage }: LiveApi): Change[] {
  if (stage === null) return [{ field: 'stage', from: undefined, to: '$default' }];
  return stage.AutoDeploy ? [] : [{ field: 'AutoDeploy', from: false, to: true }];
}

/** The one that leads to our alias; when somebody has bent it, the one that all requests go to. */
export function findIntegration(spec: Spec, live: LiveApi): Integration | undefined {
  const uri = integrationUri(spec);
  const ours = live.integrations.filter(({ IntegrationUri }) => IntegrationUri === uri);
  const target = findRoute(live)?.Target;
  if (ours.length > 0) return ours.find((one) => targetOf(one) === target) ?? ours[0];
  // An API whose making was interrupted has no route yet.
  return target === undefined
    ? live.integrations[0]
    : live.integrations.find((integration) => targetOf(integration) === target);
}

export function findRoute({ routes }: LiveApi): Route | undefined {
  return routes.find(({ RouteKey }) => RouteKey === '$default');
}

export function targetOf(integration: Integration | undefined): string {
  return `integrations/${integration?.IntegrationId ?? ''}`;
}

export function integrationOf(spec: Spec) {
  return {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: integrationUri(spec),
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: timeoutInMillis,
  } as const;
}

/** Those that it is to have besides its own. */
export function tagsOf({ app, stage, domain }: Spec, live: Tags): Record<string, string> {
  return { ...stageTags(app, stage), ...withDomainTag(live, domain) };
}

export function descriptionOf({ front }: Spec): string | undefined {
  return front.kind === 'http_api' ? front.description : undefined;
}

function integrationUri({ app, stage, identity: { region, account } }: Spec): string {
  return `arn:aws:lambda:${region}:${account}:function:${app}:${stage}`;
}
