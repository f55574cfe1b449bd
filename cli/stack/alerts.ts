/** The alarms and topics of an app over its stages, for inventories. */
import { markedStages, readAllAlerts } from '../aws/alerts/read.ts';
import type { LiveAlerts } from '../aws/model.ts';
import { removeAlarms } from '../aws/resources/alarm.ts';
import { removeMark } from '../aws/resources/mark.ts';
import type { Scope } from '../aws/scope.ts';
import { marks, type Tags } from '../aws/tags.ts';
import { count } from '../output/format.ts';
import type { Item } from './item.ts';

/** `tags`: those of the function, which say whether there are any; null when it is gone, and nobody can say. */
export async function listAlerts({ clients, app }: Scope, tags: Tags | null): Promise<Item[]> {
  if (tags !== null && markedStages(tags).length === 0) return [];
  const { alarms, topics } = await readAllAlerts(await clients.alerts(), { app, stage: null }).catch(
    (error: unknown) =>
      // Whoever may not list them has made none: with the function, that is an answer.
      tags === null && isDenied(error) ? none : Promise.reject(error),
  );
  return [
    ...topics.map(({ name, arn, stage, subscriptions }): Item => {
      const state = count(subscriptions.length, 'subscriber');
      return { type: 'topic', name, stage, id: name, arn, state, ours: true };
    }),
    ...alarms.map(({ name, arn, stage, state }): Item => {
      return { type: 'alarm', name, stage, id: name, arn, state, ours: true };
    }),
  ];
}

const none: LiveAlerts = { alarms: [], topics: [] };

function isDenied(error: unknown): boolean {
  return error instanceof Error && /^(?:AccessDenied|AuthorizationError)/.test(error.name);
}

/** They go after the topics, so that the mark, by which both are found, can go with them. */
export async function removeAlarmItems(scope: Scope, items: readonly Item[]): Promise<void> {
  await removeAlarms(
    scope.clients,
    items.map(({ id }) => id),
  );
  for (const stage of new Set(items.flatMap((item) => item.stage ?? [])))
    await removeMark(scope.clients, scope, marks.alerts(stage));
}
