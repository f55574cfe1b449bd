/** What a webhook is told of an alarm. Pure. */
import type { Webhook } from '../../config/types.ts';
import { isRecord } from '../../http/json.ts';

export interface Alarm {
  readonly alert: string;
  /** `ALARM`, `OK` or `INSUFFICIENT_DATA`; `MESSAGE` for what is none. */
  readonly state: string;
  readonly before: string;
  readonly description: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  /** As CloudWatch calls it. */
  readonly alarm: string;
  readonly region: string;
  readonly account: string;
}

export interface Place {
  readonly app: string;
  readonly stage: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-notification.html */
export function toAlarm({ app, stage }: Place, subject: string, message: string): Alarm {
  const said = parse(message);
  const alarm = isRecord(said) ? word(said.AlarmName) : '';
  if (!isRecord(said) || alarm === '') return plain(subject, message);
  const prefix = `up-${app}-${stage}-`;
  return {
    alert: alarm.startsWith(prefix) ? alarm.slice(prefix.length) : alarm,
    state: word(said.NewStateValue),
    before: word(said.OldStateValue),
    description: word(said.AlarmDescription),
    reason: word(said.NewStateReason),
    time: word(said.StateChangeTime).replace(/\+0000$/, 'Z'),
    alarm,
    region: regionOf(said.AlarmArn),
    account: word(said.AWSAccountId),
  };
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Published by hand, to see whether it arrives. */
function plain(subject: string, message: string): Alarm {
  const nothing = { before: '', description: '', time: '', alarm: '', region: '', account: '' };
  return { alert: subject || 'message', state: 'MESSAGE', reason: message, ...nothing };
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    // No JSON, so nothing that CloudWatch has written.
    return null;
  }
}

/** Its `Region` is a name for people. */
function regionOf(arn: unknown): string {
  return word(arn).split(':')[3] ?? '';
}

/** All was well before anything was measured: nobody waits for that news. */
export function isNews({ state, before }: Alarm): boolean {
  return !(state === 'OK' && before === 'INSUFFICIENT_DATA');
}

export function toBody(webhook: Webhook, place: Place, alarm: Alarm): object {
  return webhook.type === 'slack' ? slackBody(webhook, place, alarm) : { ...place, ...alarm, text: line(place, alarm) };
}

const words: Readonly<Record<string, string>> = {
  ALARM: 'is in alarm',
  OK: 'is fine again',
  INSUFFICIENT_DATA: 'has no data',
};
/** https://docs.slack.dev/messaging/formatting-message-text */
const colors: Readonly<Record<string, string>> = { ALARM: 'danger', OK: 'good' };

function line({ app, stage }: Place, { alert, state }: Alarm): string {
  return `${app} ${stage}: ${[alert, words[state]].filter(Boolean).join(' ')}`;
}

function slackBody({ channel }: Webhook, place: Place, alarm: Alarm): object {
  const { description, reason, state } = alarm;
  const detail = [description, reason].filter(Boolean).map(toMrkdwn).join('\n');
  return {
    ...(channel !== undefined && { channel: channel.startsWith('#') ? channel : `#${channel}` }),
    text: toMrkdwn(line(place, alarm)),
    attachments: [{ color: colors[state] ?? 'warning', text: detail, fallback: detail }],
  };
}

function toMrkdwn(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
