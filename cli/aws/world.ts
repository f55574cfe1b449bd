/** The live world as one app and stage see it: read in parallel, by name, before anything is planned. */
import type { Clients } from './clients.ts';
import { type LiveAlias, readAlias } from './resources/alias.ts';
import { type LiveFunction, readFunction } from './resources/function.ts';
import { type LiveApi, readApi } from './resources/http-api.ts';
import { type LiveLogGroup, readLogGroup } from './resources/log-group.ts';
import { type LivePermission, readPermission } from './resources/permission.ts';
import { type LiveRole, readRole } from './resources/role.ts';
import type { Spec } from './spec.ts';

export interface World {
  readonly role: LiveRole | null;
  readonly logGroup: LiveLogGroup | null;
  readonly fn: LiveFunction | null;
  readonly alias: LiveAlias | null;
  readonly api: LiveApi | null;
  readonly permission: LivePermission | null;
}

export async function readWorld(clients: Clients, spec: Spec): Promise<World> {
  const [role, logGroup, fn, api] = await Promise.all([
    spec.role.given ? null : readRole(clients, spec),
    readLogGroup(clients, spec),
    readFunction(clients, spec),
    readApi(clients, spec),
  ]);
  // Without the function there can be neither; asking would only cost a first deploy two calls.
  const [alias, permission] = fn
    ? await Promise.all([readAlias(clients, spec), readPermission(clients, spec)])
    : [null, null];
  return { role, logGroup, fn, alias, api, permission };
}
