/** Carries the steps of alerts out. Loads the clients of CloudWatch and SNS, which few stages need, as the first of them comes. */
import type { Context, Step } from '../model.ts';

export async function makeTopic(context: Context, step: Step): Promise<void> {
  await (await import('../resources/topic.ts')).createTopic(context, step);
}

export async function dropTopic({ clients, spec }: Context, { name = '' }: Step): Promise<void> {
  await (await import('../resources/topic.ts')).removeTopic(clients, spec, name);
}

export async function makeSubscription(context: Context, step: Step): Promise<void> {
  await (await import('../resources/subscription.ts')).createSubscription(context, step);
}

export async function mendSubscription(context: Context, step: Step): Promise<void> {
  await (await import('../resources/subscription.ts')).updateSubscription(context, step);
}

export async function dropSubscription(context: Context, step: Step): Promise<void> {
  await (await import('../resources/subscription.ts')).removeSubscription(context, step);
}

export async function makeAlarm(context: Context, step: Step): Promise<void> {
  await (await import('../resources/alarm.ts')).putAlarm(context, step);
}

export async function dropAlarm({ clients }: Context, { name = '' }: Step): Promise<void> {
  await (await import('../resources/alarm.ts')).removeAlarms(clients, [name]);
}

export async function dropAlerts({ clients, spec }: Context): Promise<void> {
  await (await import('./remove.ts')).removeAlerts(clients, spec);
}
