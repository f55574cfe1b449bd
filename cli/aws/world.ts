/** The live world as one app and stage see it: read in parallel, by name, before anything is planned. */
import type { Clients } from './clients.ts';
import { readDomains } from './domains/read.ts';
import type { LiveAlerts, LiveFunction, World } from './model.ts';
import { readAlias } from './resources/alias.ts';
import { readArtifact } from './resources/artifact.ts';
import { readFunction } from './resources/function.ts';
import { readUrl } from './resources/function-url.ts';
import { preferPermitted, readApi, readLostApi } from './resources/http-api.ts';
import { readLogGroup } from './resources/log-group.ts';
import { readPermission } from './resources/permission.ts';
import { readProvisioned } from './resources/provisioned-concurrency.ts';
import { readRole } from './resources/role.ts';
import { readSchedule } from './resources/schedule.ts';
import { readScheduleRole } from './resources/schedule-role.ts';
import type { Spec } from './spec.ts';
import { marks } from './tags.ts';

export async function readWorld(clients: Clients, spec: Spec): Promise<World> {
  const { front, stage } = spec;
  const [role, logGroup, artifact, fn, tagged, alerts] = await Promise.all([
    spec.role.given ? null : readRole(clients, spec),
    readLogGroup(clients, spec),
    readArtifact(clients, spec),
    readFunction(clients, spec),
    front.kind === 'http_api' ? readApi(clients, spec, front.name) : null,
    spec.alerts ? readAlerts(clients, spec) : null,
  ]);
  // Without the function there can be none of them; asking would only cost a first deploy calls.
  const [alias, permission, url, extras] = fn
    ? await Promise.all([
        readAlias(clients, spec),
        readPermission(clients, spec),
        front.kind === 'function_url' ? readUrl(clients, spec) : null,
        readExtras(clients, spec, fn),
      ])
    : [null, null, null, noExtras];
  const lost = tagged === null && front.kind === 'http_api' && permission !== null;
  const found = lost ? await readLostApi(clients, permission, stage, front.name) : tagged;
  const api = found && (await preferPermitted(clients, found, permission, stage));
  const domains = await readDomains(clients, spec, api);
  return { role, logGroup, artifact, fn, alias, api, permission, url, ...domains, ...extras, alerts };
}

/** Loads what only a stage with alerts needs. */
async function readAlerts(clients: Clients, spec: Spec): Promise<LiveAlerts | null> {
  const read = await import('./alerts/read.ts');
  return read.readAlerts(clients, spec);
}

type Extras = Pick<World, 'schedule' | 'scheduleRole' | 'provisioned'>;

const noExtras: Extras = { schedule: null, scheduleRole: null, provisioned: null };

/** What few apps have: looked for where it is wanted, or where the function says that it is there. */
async function readExtras(clients: Clients, spec: Spec, fn: LiveFunction): Promise<Extras> {
  const { stage } = spec;
  const isWarm = spec.warm !== null || fn.tags?.[marks.warm(stage)] !== undefined;
  const isProvisioned = spec.provisioned > 0 || fn.tags?.[marks.provisioned(stage)] !== undefined;
  const [schedule, scheduleRole, provisioned] = await Promise.all([
    isWarm ? readSchedule(clients, spec) : null,
    isWarm ? readScheduleRole(clients, spec) : null,
    isProvisioned ? readProvisioned(clients, spec) : null,
  ]);
  return { schedule, scheduleRole, provisioned };
}
