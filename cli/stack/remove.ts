/** Removes resources, in an order in which every call can be the last one: what is left is found again and removed then. */
import { removeDomain } from '../aws/domains/remove.ts';
import { removeAlias } from '../aws/resources/alias.ts';
import { removeArtifacts } from '../aws/resources/artifact.ts';
import { removeFunction, removeVersion } from '../aws/resources/function.ts';
import { removeUrl } from '../aws/resources/function-url.ts';
import { removeApi } from '../aws/resources/http-api.ts';
import { removeLogGroup } from '../aws/resources/log-group.ts';
import { everyStage, removeParameters } from '../aws/resources/parameter.ts';
import { removeStatement } from '../aws/resources/permission.ts';
import { removeProvisioned } from '../aws/resources/provisioned-concurrency.ts';
import { removeReserved } from '../aws/resources/reserved-concurrency.ts';
import { removeRole } from '../aws/resources/role.ts';
import { removeSchedule } from '../aws/resources/schedule.ts';
import { removeScheduleRole } from '../aws/resources/schedule-role.ts';
import { removeTopic } from '../aws/resources/topic.ts';
import type { Scope } from '../aws/scope.ts';
import type { Context } from '../command.ts';
import { count } from '../output/format.ts';
import { removeAlarmItems } from './alerts.ts';
import { type Item, type ItemType, inOrder, typesInOrder } from './item.ts';

type Remove = (scope: Scope, items: readonly Item[]) => Promise<void>;

/** Each is idempotent: gone is done. */
const removers: Readonly<Record<ItemType, Remove>> = {
  domain: each(({ clients, app, identity }, { id, arn }) =>
    removeDomain(clients, { app, identity, apiId: arn.split('/').at(-1) ?? '', name: id, keep: false }),
  ),
  topic: each(({ clients, app }, item) => removeTopic(clients, { app, stage: stageOf(item) }, item.arn)),
  alarm: removeAlarmItems,
  schedule: each(({ clients, app }, item) => removeSchedule(clients, { app, stage: stageOf(item) })),
  'schedule role': each(({ clients, app, identity }, item) =>
    removeScheduleRole(clients, { app, stage: stageOf(item), identity }),
  ),
  'provisioned concurrency': each(({ clients, app, identity }, item) =>
    removeProvisioned(clients, { app, stage: stageOf(item), identity }),
  ),
  'reserved concurrency': each(({ clients, app, identity }) => removeReserved(clients, { app, identity })),
  'http api': each(({ clients }, { id }) => removeApi(clients, id)),
  'function url': each(({ clients, app }, item) => removeUrl(clients, { app, stage: stageOf(item) })),
  permission: each(({ clients, app }, item) => removeStatement(clients, { app, stage: stageOf(item) }, item.id)),
  alias: each(({ clients, app }, item) => removeAlias(clients, { app, stage: stageOf(item) })),
  version: each(({ clients, app }, { id }) => removeVersion(clients, app, id)),
  function: each(({ clients, app }) => removeFunction(clients, app)),
  artifact: ({ clients, app, identity }, items) =>
    removeArtifacts(
      clients,
      { app, identity },
      items.map(({ id: key }) => ({ key })),
    ),
  parameter: ({ clients, app }, items) =>
    removeParameters(
      clients,
      app,
      items.map(({ name, stage }) => ({ name, scope: stage ?? everyStage })),
    ),
  'log group': each(({ clients }, { id }) => removeLogGroup(clients, id)),
  role: each(({ clients }, { id }) => removeRole(clients, id)),
};

/** One after the other, because AWS throttles parallel deletions. */
function each(remove: (scope: Scope, item: Item) => Promise<void>): Remove {
  return async function removeEach(scope, items) {
    for (const item of items) await remove(scope, item);
  };
}

function stageOf({ stage }: Item): string {
  return stage ?? '';
}

/** What Lambda deletes with the function itself. */
const partsOfFunction: ReadonlySet<ItemType> = new Set(['permission', 'alias', 'version']);

export async function removeItems(
  { report, standing }: Pick<Context, 'report' | 'standing'>,
  scope: Scope,
  items: readonly Item[],
): Promise<void> {
  const whole = items.some(({ type }) => type === 'function');
  const ordered = inOrder(items.filter(({ type, ours }) => ours && !(whole && partsOfFunction.has(type))));
  standing('What was deleted is gone.');
  for (const type of typesInOrder) {
    const some = ordered.filter((item) => item.type === type);
    if (some.length === 0) continue;
    await report.step('Deleted', async (say) => {
      await removers[type](scope, some);
      say(some.length === 1 ? `${type} ${some[0]?.name}` : count(some.length, type));
    });
  }
}
