/**
 * `up alerts test`: sets alarms off as their metric would, and follows what comes of it to where it can be seen: for
 * webhooks the record of the post in the log, for mails and text messages that SNS has taken them. CloudWatch sets an
 * alarm back by itself when it looks at the metric again, and that is told as well.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeAlarmHistoryCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { readEvents } from '../logs/read.ts';
import { toRecord } from '../logs/record.ts';
import { openTarget, type Target } from '../target.ts';
import { chooseAlerts } from './choose.ts';
import { type ActionStatus, type AlertStatus, type AlertsStatus, readStatus } from './status.ts';

/** What has become of one alarm on its way to one endpoint. */
interface Delivery {
  readonly alert: string;
  readonly action: string;
  readonly endpoint: string;
  readonly delivered: boolean;
  /** Where it has come to, or why no further. */
  readonly detail: string;
}

/** Milliseconds: CloudWatch acts within seconds, and a log takes some more. */
const timeout = { local: 20_000, aws: 60_000 };
const pollMs = { local: 200, aws: 2_000 };

/** Throws UP_ALERT_UNDELIVERED when one of them did not get through. */
export async function testAlerts(context: Context, stage: string, name: string | null): Promise<void> {
  const target = await openTarget(context, stage);
  const status = await readStatus(target);
  const chosen = chooseAlerts(status, stage, name);
  const deliveries: Delivery[] = [];
  for (const alert of chosen)
    await context.report.step('Alarm', async (say) => {
      say(`${alert.name}, to ${alert.actions.join(', ')}`);
      deliveries.push(...(await tryAlert(target, status, alert)));
    });
  const failed = deliveries.filter(({ delivered }) => !delivered);
  if (failed.length > 0) throw undelivered(stage, failed, deliveries.length);
  const text = [...deliveries.map(render), '', '  They say OK when CloudWatch looks at their metric again.'].join('\n');
  context.result(text, { app: target.app, stage, deliveries });
}

function render({ alert, action, endpoint, detail }: Delivery): string {
  return `  ${alert} → ${action}  ${[endpoint, detail].filter(Boolean).join('  ')}`;
}

async function tryAlert(target: Target, status: AlertsStatus, alert: AlertStatus): Promise<Delivery[]> {
  const { cloudwatch } = await target.clients.alerts();
  // By this machine's clock, which may be ahead of AWS's.
  const since = Date.now() - 60_000;
  const last = Math.max(0, ...(await readActions(target, alert)).map(({ time }) => time));
  const mark = `up alerts test ${new Date().toISOString()}`;
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alert.alarm, StateValue: 'ALARM', StateReason: mark }));
  const actions = status.actions.filter(({ name }) => alert.actions.includes(name));
  const found = await Promise.all(actions.map((action) => follow(target, alert, action, { since, last, mark })));
  return found.flat();
}

interface Trace {
  /** Epoch milliseconds. */
  readonly since: number;
  /** When the alarm told somebody the last time before; by AWS's clock. */
  readonly last: number;
  /** The reason that the alarm gives. */
  readonly mark: string;
}

async function follow(target: Target, alert: AlertStatus, action: ActionStatus, trace: Trace): Promise<Delivery[]> {
  const acted = await within(target, () => readAction(target, alert, action, trace));
  return Promise.all(
    action.endpoints.map(async ({ protocol, endpoint, state }): Promise<Delivery> => {
      const base = { alert: alert.name, action: action.name, endpoint: protocol === 'lambda' ? '' : endpoint };
      const no = (detail: string): Delivery => ({ ...base, delivered: false, detail });
      if (state === 'missing') return no(`nobody subscribes: up ${target.stage}`);
      if (state === 'pending') return no('the link in its first mail was not followed yet');
      if (acted !== 'Succeeded')
        return no(acted === null ? 'CloudWatch has told nobody' : 'CloudWatch may not tell the topic');
      if (protocol !== 'lambda') return { ...base, delivered: true, detail: 'taken by SNS' };
      const posted = await within(target, () => readPost(target, alert, action, trace));
      if (posted === null) return no('the function has logged nothing of it: up logs');
      return posted.delivered ? { ...base, delivered: true, detail: 'taken by the webhook' } : no(posted.why);
    }),
  );
}

/** What is found before the time is over, else null. */
async function within<T>({ session: { local } }: Target, look: () => Promise<T | null>): Promise<T | null> {
  const kind = local ? 'local' : 'aws';
  for (const end = Date.now() + timeout[kind]; ; ) {
    const found = await look();
    if (found !== null || Date.now() > end) return found;
    await sleep(pollMs[kind]);
  }
}

/** How CloudWatch fared with the topic, by its own word; null as long as it has not tried. */
async function readAction(
  target: Target,
  alert: AlertStatus,
  { topic }: ActionStatus,
  { last }: Trace,
): Promise<'Succeeded' | 'Failed' | null> {
  const found = (await readActions(target, alert)).find(({ time, summary }) => time > last && summary.endsWith(topic));
  if (!found) return null;
  return found.summary.startsWith('Successfully') ? 'Succeeded' : 'Failed';
}

async function readActions({ clients }: Target, { alarm: AlarmName }: AlertStatus) {
  const { cloudwatch } = await clients.alerts();
  const { AlarmHistoryItems = [] } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action' }),
  );
  return AlarmHistoryItems.map(({ Timestamp, HistorySummary: summary = '' }) => ({
    time: Timestamp?.getTime() ?? 0,
    summary,
  }));
}

async function readPost(
  { session, app, stage }: Target,
  { name }: AlertStatus,
  action: ActionStatus,
  { since, mark }: Trace,
): Promise<{ readonly delivered: boolean; readonly why: string } | null> {
  const pattern = `{ $.message = "alert" && $.fields.stage = ${JSON.stringify(stage)} }`;
  for await (const { message, timestamp } of readEvents(session, { app, since, pattern, follow: false })) {
    const { fields } = toRecord(message, timestamp);
    if (fields.alert !== name || fields.action !== action.name || fields.reason !== mark) continue;
    return { delivered: fields.delivered === true, why: String(fields.why ?? '') };
  }
  return null;
}

function undelivered(stage: string, failed: readonly Delivery[], all: number): UpError {
  const lines = failed.flatMap(({ alert, action, endpoint, detail }) => [
    `${alert} → ${action}  ${endpoint}`.trimEnd(),
    `  ${detail}`,
  ]);
  const message = `${failed.length} of ${all} ${all === 1 ? 'message' : 'messages'} did not get through`;
  const list = stage === 'staging' ? 'up alerts' : `up alerts -s ${stage}`;
  return new UpError('UP_ALERT_UNDELIVERED', message, { evidence: lines.join('\n'), next: [list, 'up logs'] });
}
