/** The alarms of a stage and the topics they tell, as a deploy wants them. Pure. */
import { type Action, type Alert, knownMetric, type StageConfig, topicName } from '../../../config/index.ts';
import type { Identity } from '../identity.ts';
import { alarmName, aliasArn, topicArn, topicStatementId } from '../names.ts';

export interface AlertSpec {
  /** Of the actions that an alarm has a use for. */
  readonly topics: readonly TopicSpec[];
  readonly alarms: readonly AlarmSpec[];
}

export interface TopicSpec {
  /** Its name in `actions`. */
  readonly action: string;
  readonly name: string;
  readonly arn: string;
  readonly subscriptions: readonly SubscriptionSpec[];
}

export interface SubscriptionSpec {
  /** As steps and people call it: `email.team ada@example.com`. */
  readonly name: string;
  readonly topicArn: string;
  readonly protocol: 'email' | 'sms' | 'lambda';
  readonly endpoint: string;
  /** Of the statement that lets the topic invoke the stage; null where none is needed. */
  readonly statementId: string | null;
}

export interface AlarmSpec {
  readonly name: string;
  readonly alert: Alert;
  readonly description: string;
  /** Where the metric is; of an API it needs the id. */
  readonly namespace: string;
  readonly metric: string;
  readonly of: 'api' | 'alias' | 'itself';
  readonly topics: readonly string[];
}

/** Null for a stage without an alert. */
export function alertSpec(config: StageConfig, identity: Identity): AlertSpec | null {
  const { alerts, actions } = config;
  if (alerts.length === 0) return null;
  const used = actions.filter(({ name }) => alerts.some((alert) => alert.actions.includes(name)));
  return {
    topics: used.map((action) => topicSpec(config, identity, action)),
    alarms: alerts.map((alert) => alarmSpec(config, identity, alert)),
  };
}

function topicSpec({ name: app, stage }: StageConfig, identity: Identity, action: Action): TopicSpec {
  const name = topicName(app, stage, action.name);
  const arn = topicArn(identity, name);
  const subscriptions = endpointsOf(app, stage, identity, action).map(
    ({ protocol, endpoint, shown = endpoint }): SubscriptionSpec => ({
      name: `${action.name} ${shown}`,
      topicArn: arn,
      protocol,
      endpoint,
      statementId: protocol === 'lambda' ? topicStatementId(stage, name) : null,
    }),
  );
  return { action: action.name, name, arn, subscriptions };
}

interface Endpoint {
  readonly protocol: SubscriptionSpec['protocol'];
  readonly endpoint: string;
  readonly shown?: string;
}

/** AWS mails and sends texts itself. Slack and other webhooks cannot answer its questions: the app's own proxy posts to them. */
function endpointsOf(app: string, stage: string, identity: Identity, action: Action): Endpoint[] {
  const { type, emails = [], numbers = [] } = action;
  if (type === 'email') return [...new Set(emails)].map((endpoint) => ({ protocol: 'email', endpoint }));
  if (type === 'sms') return [...new Set(numbers)].map((endpoint) => ({ protocol: 'sms', endpoint }));
  return [{ protocol: 'lambda', endpoint: aliasArn(identity, app, stage), shown: `by ${app}:${stage}` }];
}

function alarmSpec({ name: app, stage, url }: StageConfig, identity: Identity, alert: Alert): AlarmSpec {
  const source = alert.namespace === null ? knownMetric(alert.metric)?.[url] : undefined;
  const words = [alert.description, conditionOf(alert), `${app}, ${stage}`].filter(Boolean);
  return {
    name: alarmName(app, stage, alert.name),
    alert,
    description: words.join(' - ').slice(0, 1024),
    namespace: source?.namespace ?? alert.namespace ?? '',
    metric: source?.metric ?? alert.metric,
    of: source?.of ?? 'itself',
    topics: alert.actions.map((action) => topicArn(identity, topicName(app, stage, action))),
  };
}

/** `p95 of http.latency > 1000 ms, 3 times in 5 min` */
export function conditionOf(alert: Alert): string {
  const { metric, namespace, statistic, operator, threshold, period, evaluation_periods: times } = alert;
  const unit = namespace === null && statistic !== 'count' ? (knownMetric(metric)?.unit ?? '') : '';
  const often = times === 1 ? '' : `, ${times} times`;
  return `${statistic} of ${metric} ${operator} ${threshold}${unit}${often} in ${duration(period)}`;
}

/** `5 min`, `1 h` */
function duration(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}
