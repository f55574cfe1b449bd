/** The live world as one app and stage see it: read in parallel, by name, before anything is planned. */
import type { Clients } from './clients.ts';
import type { World } from './model.ts';
import { readAlias } from './resources/alias.ts';
import { readFunction } from './resources/function.ts';
import { readUrl } from './resources/function-url.ts';
import { readApi } from './resources/http-api.ts';
import { readLogGroup } from './resources/log-group.ts';
import { readPermission } from './resources/permission.ts';
import { readRole } from './resources/role.ts';
import type { Spec } from './spec.ts';

export async function readWorld(clients: Clients, spec: Spec): Promise<World> {
  const [role, logGroup, fn, api] = await Promise.all([
    spec.role.given ? null : readRole(clients, spec),
    readLogGroup(clients, spec),
    readFunction(clients, spec),
    spec.front.kind === 'http_api' ? readApi(clients, spec, spec.front.name) : null,
  ]);
  // Without the function there can be neither; asking would only cost a first deploy two calls.
  const [alias, permission, url] = fn
    ? await Promise.all([
        readAlias(clients, spec),
        readPermission(clients, spec),
        spec.front.kind === 'function_url' ? readUrl(clients, spec) : null,
      ])
    : [null, null, null];
  return { role, logGroup, fn, alias, api, permission, url };
}
