/**
 * Carries a plan out. Every step is idempotent: a deploy that is killed after any call and run again converges. The
 * alias is what users see; it moves only after the new version has answered.
 */
import {
  dropAlarm,
  dropAlerts,
  dropSubscription,
  dropTopic,
  makeAlarm,
  makeSubscription,
  makeTopic,
  mendSubscription,
} from './alerts/apply.ts';
import {
  createCertificate,
  makeDomainName,
  makeMapping,
  makeRecords,
  proveDomain,
  removeFormerDomain,
} from './domains/apply.ts';
import type { Context, Outputs, Step, World } from './model.ts';
import { createAlias, moveAlias } from './resources/alias.ts';
import { createArtifact } from './resources/artifact.ts';
import { createFunction, updateFunction } from './resources/function.ts';
import { createUrl, updateUrl } from './resources/function-url.ts';
import { createApi, permitApi, updateApi } from './resources/http-api.ts';
import { createLogGroup, updateLogGroup } from './resources/log-group.ts';
import { createPermission } from './resources/permission.ts';
import { createProvisioned, removeProvisioned, updateProvisioned } from './resources/provisioned-concurrency.ts';
import { dropReserved, putReserved } from './resources/reserved-concurrency.ts';
import { createRole, updateRole } from './resources/role.ts';
import { createSchedule, removeSchedule, updateSchedule } from './resources/schedule.ts';
import { createScheduleRole, removeScheduleRole, updateScheduleRole } from './resources/schedule-role.ts';
import { updateTags } from './resources/tags.ts';
import { publishVersion } from './resources/version.ts';
import type { Spec } from './spec.ts';

export function createOutputs(spec: Spec, world: World): Outputs {
  return {
    roleArn: spec.role.given ?? world.role?.arn ?? '',
    revision: world.fn?.revisionId,
    version: world.alias?.version ?? '',
    aliasRevision: world.alias?.revisionId,
    apiId: world.api?.id ?? '',
    claimed: false,
    url: world.api?.url ?? world.url?.url ?? '',
    domain: world.domain ?? null,
    marked: new Set(),
  };
}

type Appliers = {
  readonly [type in Step['type']]: Partial<
    Record<'create' | 'update' | 'remove', (context: Context, step: Step) => Promise<void>>
  >;
};

const appliers: Appliers = {
  role: { create: createRole, update: updateRole },
  'log group': { create: createLogGroup, update: updateLogGroup },
  artifact: { create: createArtifact, update: createArtifact },
  function: { create: createFunction, update: updateFunction },
  version: { create: publishVersion },
  alias: { create: createAlias, update: moveAlias },
  'http api': { create: createApi, update: updateApi },
  'function url': { create: createUrl, update: updateUrl },
  permission: { create: permit, update: permit },
  certificate: { create: createCertificate, update: proveDomain },
  'domain name': { create: makeDomainName, update: makeDomainName },
  'api mapping': { create: makeMapping, update: makeMapping },
  'dns records': { create: makeRecords, update: makeRecords },
  domain: { remove: removeFormerDomain },
  'schedule role': {
    create: createScheduleRole,
    update: updateScheduleRole,
    remove: ({ clients, spec }) => removeScheduleRole(clients, spec),
  },
  schedule: {
    create: createSchedule,
    update: updateSchedule,
    remove: ({ clients, spec }) => removeSchedule(clients, spec),
  },
  'provisioned concurrency': {
    create: createProvisioned,
    update: updateProvisioned,
    remove: ({ clients, spec }) => removeProvisioned(clients, spec),
  },
  tags: { update: updateTags },
  'reserved concurrency': { create: putReserved, update: putReserved, remove: dropReserved },
  topic: { create: makeTopic, remove: dropTopic },
  subscription: { create: makeSubscription, update: mendSubscription, remove: dropSubscription },
  alarm: { create: makeAlarm, update: makeAlarm, remove: dropAlarm },
  alerts: { remove: dropAlerts },
  // Set by `up env`, never by a deploy.
  parameter: {},
};

function permit(context: Context): Promise<void> {
  return context.spec.front.kind === 'http_api' ? permitApi(context) : createPermission(context);
}

export async function applyStep(context: Context, step: Step): Promise<void> {
  if (step.action === 'keep') return;
  await appliers[step.type][step.action]?.(context, step);
}
