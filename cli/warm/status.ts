/** How a stage is kept warm: its schedule as AWS has it, and what the last pings have logged. */
import type { GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { placed } from '../argv/place.ts';
import { findSchedule } from '../aws/resources/schedule.ts';
import type { Context } from '../command.ts';
import { readEvents } from '../logs/read.ts';
import { toRecord } from '../logs/record.ts';
import { openTarget, type Target } from '../target.ts';
import { renderWarm } from './render.ts';
import { type Keeping, toKeeping } from './schedule.ts';

export interface Ping {
  /** Epoch milliseconds. */
  readonly at: number;
  /** How many environments were to answer. */
  readonly count: number;
  readonly answered: number;
  readonly cold: number;
}

export interface WarmStatus extends Keeping {
  readonly stage: string;
  /** Epoch milliseconds; null while it is switched off. */
  readonly next: number | null;
  /** The last ones, newest first. */
  readonly pings: readonly Ping[];
}

const pingsShown = 5;

export async function showWarm(context: Context, stage: string): Promise<void> {
  const target = await openTarget(context, stage);
  const schedule = await findSchedule(target.clients, target);
  const { app } = target;
  if (!schedule) {
    const deploy = placed(`up ${stage}`, context.flags);
    const wanted = target.config.lambda.warm ? `a deploy switches it on: ${deploy}` : 'set "lambda": {"warm": true}';
    return context.result(`${stage} is not kept warm: ${wanted}`, { app, stage, enabled: false, schedule: null });
  }
  const status = await readStatus(target, schedule, Date.now());
  const { next, pings, ...rest } = status;
  context.result(renderWarm(status), {
    app,
    ...rest,
    schedule: schedule.Name,
    next: toIso(next),
    pings: pings.map(({ at, ...ping }) => ({ at: toIso(at), ...ping })),
  });
}

async function readStatus(target: Target, schedule: GetScheduleCommandOutput, now: number): Promise<WarmStatus> {
  const { minutes, enabled, count } = toKeeping(schedule);
  const begun = (schedule.LastModificationDate ?? schedule.CreationDate)?.getTime() ?? now;
  return {
    stage: target.stage,
    enabled,
    count,
    minutes,
    next: enabled ? nextRun(begun, minutes, now) : null,
    pings: await readPings(target, now - (pingsShown + 1) * minutes * 60_000),
  };
}

/** A rate runs when the schedule is made or changed, and then at its distance. */
function nextRun(begun: number, minutes: number, now: number): number {
  const every = minutes * 60_000;
  return begun + Math.max(0, Math.floor((now - begun) / every) + 1) * every;
}

async function readPings({ session, app, stage }: Target, since: number): Promise<Ping[]> {
  const pattern = `{ $.message = "warm" && $.fields.stage = ${JSON.stringify(stage)} }`;
  const pings: Ping[] = [];
  for await (const { message, timestamp } of readEvents(session, { app, since, pattern, follow: false })) {
    const { count, answered, cold } = toRecord(message, timestamp).fields;
    pings.push({ at: timestamp, count: Number(count), answered: Number(answered), cold: Number(cold) });
  }
  return pings.sort((a, b) => b.at - a.at).slice(0, pingsShown);
}

function toIso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
