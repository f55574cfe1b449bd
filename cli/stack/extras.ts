/** What few apps have, of one app: schedules that keep a stage warm, their roles, environments always ready, alarms, topics. */
import { ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { aliasArn, scheduleRoleName, warmName } from '../aws/names.ts';
import { readProvisioned } from '../aws/resources/provisioned-concurrency.ts';
import { findSchedule } from '../aws/resources/schedule.ts';
import { readScheduleRole } from '../aws/resources/schedule-role.ts';
import type { Scope } from '../aws/scope.ts';
import { marks, type Tags } from '../aws/tags.ts';
import { count } from '../output/format.ts';
import { listAlerts } from './alerts.ts';
import type { Item } from './item.ts';

/** `tags`: those of the function, which say which stages have any of it; null when the function is gone. */
export async function listExtras(scope: Scope, tags: Tags | null): Promise<Item[]> {
  const marked = (mark: (stage: string) => string) =>
    Object.keys(tags ?? {}).flatMap((tag) => (tag.startsWith(mark('')) ? [tag.slice(mark('').length)] : []));
  const warm = new Set([...marked(marks.warm), ...(await scheduledStages(scope))]);
  const lists = await Promise.all([
    ...[...warm].map((stage) => listWarm(scope, stage)),
    ...marked(marks.provisioned).map((stage) => listProvisioned(scope, stage)),
    listAlerts(scope, tags),
  ]);
  return lists.flat();
}

/**
 * Found by the function they call, so also those of a function that was deleted by hand. An identity that may not list
 * schedules cannot have made any.
 */
async function scheduledStages({ clients, app, identity }: Scope): Promise<string[]> {
  const stages: string[] = [];
  const ours = aliasArn(identity, app, '');
  for (let NextToken: string | undefined; ; ) {
    const page = await clients.scheduler
      .send(new ListSchedulesCommand({ GroupName: 'default', NamePrefix: `up-${app}-`, NextToken }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'AccessDeniedException') return { Schedules: [] };
        throw error;
      });
    for (const { Name, Target } of page.Schedules ?? []) {
      const stage = Target?.Arn?.startsWith(ours) ? Target.Arn.slice(ours.length) : '';
      if (stage !== '' && Name === warmName(app, stage)) stages.push(stage);
    }
    NextToken = 'NextToken' in page ? page.NextToken : undefined;
    if (!NextToken) return stages;
  }
}

async function listWarm({ clients, app, identity }: Scope, stage: string): Promise<Item[]> {
  const name = { app, stage, identity };
  const [schedule, role] = await Promise.all([findSchedule(clients, name), readScheduleRole(clients, name)]);
  const items: Item[] = [];
  if (schedule) {
    const { Name: id = '', Arn: arn = '', ScheduleExpression: state = '' } = schedule;
    items.push({ type: 'schedule', name: id, stage, id, arn, state, ours: true });
  }
  if (role) {
    const id = scheduleRoleName(app, stage);
    items.push({ type: 'schedule role', name: id, stage, id, arn: role.arn, state: '', ours: true });
  }
  return items;
}

async function listProvisioned({ clients, app, identity }: Scope, stage: string): Promise<Item[]> {
  const live = await readProvisioned(clients, { app, stage });
  if (!live) return [];
  const arn = aliasArn(identity, app, stage);
  const state = count(live.requested, 'environment');
  return [{ type: 'provisioned concurrency', name: stage, stage, id: stage, arn, state, ours: true }];
}
