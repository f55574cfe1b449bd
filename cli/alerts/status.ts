/** The alerts of up.json beside what there is of them in AWS. */
import { readAllAlerts } from '../aws/alerts/read.ts';
import { type AlarmSpec, alertSpec, conditionOf, type TopicSpec } from '../aws/alerts/spec.ts';
import { isFor } from '../aws/alerts/statement.ts';
import type { LiveAlerts, LiveTopic } from '../aws/model.ts';
import { alertPrefix } from '../aws/names.ts';
import type { Target } from '../target.ts';

export interface AlertStatus {
  readonly name: string;
  /** As CloudWatch calls it. */
  readonly alarm: string;
  /** CloudWatch's word; `missing` until a deploy has made it, `unwanted` where up.json has it no more. */
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'missing' | 'unwanted';
  readonly condition: string;
  /** Names of `actions`. */
  readonly actions: readonly string[];
}

export interface EndpointStatus {
  readonly protocol: 'email' | 'sms' | 'lambda';
  /** An address, a number, or the alias that posts to the webhook. */
  readonly endpoint: string;
  /** `pending`: an address that has not confirmed its subscription yet. */
  readonly state: 'ready' | 'pending' | 'missing';
}

export interface ActionStatus {
  readonly name: string;
  readonly type: string;
  readonly topic: string;
  readonly endpoints: readonly EndpointStatus[];
}

export interface AlertsStatus {
  readonly alerts: readonly AlertStatus[];
  readonly actions: readonly ActionStatus[];
}

export async function readStatus({ clients, config, identity, app, stage }: Target): Promise<AlertsStatus> {
  const wanted = alertSpec(config, identity) ?? { topics: [], alarms: [] };
  const live = await readAllAlerts(await clients.alerts(), { app, stage });
  const unwanted = live.alarms.filter(({ name }) => !wanted.alarms.some((alarm) => alarm.name === name));
  return {
    alerts: [
      ...wanted.alarms.map((alarm) => alertStatus(alarm, live)),
      ...unwanted.map(({ name }): AlertStatus => {
        const short = name.slice(alertPrefix(app, stage).length);
        return { name: short, alarm: name, state: 'unwanted', condition: '', actions: [] };
      }),
    ],
    actions: config.actions.flatMap(({ name, type }): ActionStatus[] => {
      const topic = wanted.topics.find((one) => one.action === name);
      return topic ? [actionStatus(name, type, topic, live.topics)] : [];
    }),
  };
}

function alertStatus({ name: alarm, alert }: AlarmSpec, { alarms }: LiveAlerts): AlertStatus {
  const state = alarms.find(({ name }) => name === alarm)?.state;
  const { name, actions } = alert;
  return { name, alarm, state: toState(state), condition: conditionOf(alert), actions };
}

function toState(state: string | undefined): AlertStatus['state'] {
  return state === 'OK' || state === 'ALARM' || state === 'INSUFFICIENT_DATA' ? state : 'missing';
}

function actionStatus(name: string, type: string, topic: TopicSpec, live: readonly LiveTopic[]): ActionStatus {
  const there = live.find(({ arn }) => arn === topic.arn)?.subscriptions ?? [];
  const endpoints = topic.subscriptions.map((wanted): EndpointStatus => {
    const found = there.find((one) => isFor(one, wanted));
    const state = found === undefined ? 'missing' : found.arn === null ? 'pending' : 'ready';
    return { protocol: wanted.protocol, endpoint: wanted.endpoint, state };
  });
  return { name, type, topic: topic.arn, endpoints };
}
