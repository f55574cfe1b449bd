/** What a schedule sends its target. */
import { randomUUID } from 'node:crypto';
import { accountId, region, toScheduleArn } from '../aws/identity.ts';
import type { Schedule } from '../model.ts';

export interface Run {
  /** The time it was due, epoch milliseconds. */
  readonly time: number;
  readonly id: string;
}

/** Its own input with AWS's keywords filled in, or the default notification. */
export function scheduleInput(schedule: Schedule, { time, id }: Run): string {
  const arn = toScheduleArn(schedule.GroupName, schedule.Name);
  const at = new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  const { Input } = schedule.Target;
  if (Input === undefined) return notification(arn, at);
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  const words: Record<string, string> = {
    'schedule-arn': arn,
    'scheduled-time': at,
    'execution-id': id,
    'attempt-number': '1',
  };
  return Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, word: string) => words[word] ?? all);
}

function notification(arn: string, time: string): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: accountId,
    time,
    region,
    resources: [arn],
    detail: '{}',
  });
}
