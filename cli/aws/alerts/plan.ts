/** The steps that make the alarms of a stage what they are wanted to be. Pure. */
import type { Change, LiveAlerts, ResourceType, Step, World } from '../model.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';
import { diffAlarm } from './settings.ts';
import type { TopicSpec } from './spec.ts';
import { diffSubscription, isFor } from './statement.ts';

const nothing: LiveAlerts = { topics: [], alarms: [] };

/** In the order in which they are applied: an alarm is made when there is somebody to tell, and goes before they do. */
export function alertSteps(spec: Spec, world: World): Step[] {
  const mark = marks.alerts(spec.stage);
  const isMarked = world.fn?.tags?.[mark] !== undefined;
  if (!spec.alerts) return isMarked ? [remove('alerts', '', spec.stage)] : [];
  const live = world.alerts ?? nothing;
  const unmarked: Change[] = world.fn && !isMarked ? [{ field: 'tag', from: undefined, to: mark }] : [];
  const { topics, alarms } = spec.alerts;
  return [
    ...topics.flatMap((topic) => topicSteps(spec, world, live, topic)),
    ...alarms.map(({ name }) => {
      const found = live.alarms.find((alarm) => alarm.name === name);
      return step('alarm', name, found && [...diffAlarm(spec, name, found, world.api?.id ?? ''), ...unmarked]);
    }),
    ...live.alarms
      .filter(({ name }) => !alarms.some((alarm) => alarm.name === name))
      .map(({ name }) => remove('alarm', name)),
    ...live.topics
      .filter(({ arn }) => !topics.some((topic) => topic.arn === arn))
      .map(({ arn, name }) => remove('topic', arn, name)),
  ];
}

function topicSteps(spec: Spec, world: World, live: LiveAlerts, topic: TopicSpec): Step[] {
  const found = live.topics.find(({ arn }) => arn === topic.arn);
  const there = found?.subscriptions ?? [];
  return [
    step('topic', topic.name, found && []),
    ...topic.subscriptions.map((wanted) => {
      const is = there.find((one) => isFor(one, wanted));
      return step('subscription', wanted.name, is && diffSubscription(spec, wanted, world.permission));
    }),
    // AWS removes an unconfirmed subscription by itself, and it cannot be removed by a call.
    ...there
      .filter((one) => one.arn !== null && !topic.subscriptions.some((wanted) => isFor(one, wanted)))
      .map(({ arn, endpoint }) => remove('subscription', arn ?? '', endpoint)),
  ];
}

function step(type: ResourceType, name: string, changes: readonly Change[] | undefined): Step {
  if (changes === undefined) return { type, name, action: 'create', changes: [] };
  return { type, name, action: changes.length > 0 ? 'update' : 'keep', changes };
}

function remove(type: ResourceType, name: string, shown: string = name): Step {
  return { type, name, action: 'remove', changes: [{ field: 'name', from: shown, to: undefined }] };
}
