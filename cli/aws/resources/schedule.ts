/** The schedule that keeps a stage warm: one ping at a time, to the stage's alias, which passes it on to the others. */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ResourceNotFoundException,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { UpError } from '../../errors.ts';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveSchedule, World } from '../model.ts';
import { aliasArn, scheduleRoleName, warmName } from '../names.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';
import { waitUntil } from '../wait.ts';
import { setMark } from './mark.ts';

type Name = Pick<Spec, 'app' | 'stage' | 'identity'>;

/** Seconds, the least that Scheduler takes: a ping that comes late warms nothing. */
const maxEventAge = 60;

export async function readSchedule(
  { scheduler }: Pick<Clients, 'scheduler'>,
  spec: Name,
): Promise<LiveSchedule | null> {
  const found = await findSchedule({ scheduler }, spec);
  return found && { settings: settingsOf(found) };
}

/** As Scheduler has it; null for none. Rejects with UP_NOT_OURS for one of that name that is somebody else's. */
export async function findSchedule(
  { scheduler }: Pick<Clients, 'scheduler'>,
  spec: Name,
): Promise<GetScheduleCommandOutput | null> {
  const Name = warmName(spec.app, spec.stage);
  try {
    const found = await scheduler.send(new GetScheduleCommand({ Name }));
    if (isOurs(found, spec)) return found;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
  throw new UpError('UP_NOT_OURS', `The schedule "${Name}" exists, and does not call ${spec.app}`, {
    hint: 'choose another "name" in up.json, or remove the schedule',
  });
}

/** Schedules have no tags. Ours run with our role, or call our alias. */
function isOurs({ Target }: GetScheduleCommandOutput, spec: Name): boolean {
  return Target?.RoleArn === roleArn(spec) || Target?.Arn === aliasArn(spec.identity, spec.app, spec.stage);
}

export function diffSchedule(spec: Spec, live: LiveSchedule, { fn }: Pick<World, 'fn'>): Change[] {
  const changes: Change[] = [];
  const settings = settingsOf(wanted(spec));
  if (live.settings !== settings) changes.push({ field: 'settings', from: live.settings, to: settings });
  const mark = marks.warm(spec.stage);
  if (fn?.tags?.[mark] === undefined) changes.push({ field: 'tag', from: undefined, to: mark });
  return changes;
}

/** The same text for the same schedule, with AWS's defaults filled in. */
function settingsOf(schedule: Partial<CreateScheduleCommandInput>): string {
  const { Arn, RoleArn, Input, RetryPolicy } = schedule.Target ?? {};
  return JSON.stringify({
    ScheduleExpression: schedule.ScheduleExpression,
    State: schedule.State ?? 'ENABLED',
    Window: schedule.FlexibleTimeWindow?.Mode,
    ...{ Arn, RoleArn, Input },
    MaximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts,
    MaximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds,
    StartDate: schedule.StartDate,
    EndDate: schedule.EndDate,
  });
}

const roleTimeoutMs = 60_000;

/** IAM takes some seconds until a new role can be assumed; Scheduler refuses it with a ValidationException until then. */
export async function createSchedule(context: Context): Promise<void> {
  await setMark(context, marks.warm(context.spec.stage));
  await waitUntil(() => whenAssumable(() => createOrReplace(context)), {
    timeout: roleTimeoutMs,
    for: 'IAM to let Scheduler assume the new role',
    onSlow: () => context.say('waiting for IAM'),
  });
}

async function createOrReplace({ clients: { scheduler }, spec }: Context): Promise<void> {
  try {
    await scheduler.send(new CreateScheduleCommand(wanted(spec)));
  } catch (error) {
    // It stands already: the answer to an earlier try was lost.
    if (!(error instanceof ConflictException)) throw error;
    await scheduler.send(new UpdateScheduleCommand(wanted(spec)));
  }
}

export async function updateSchedule(context: Context): Promise<void> {
  await setMark(context, marks.warm(context.spec.stage));
  await waitUntil(
    () => whenAssumable(() => context.clients.scheduler.send(new UpdateScheduleCommand(wanted(context.spec)))),
    { timeout: roleTimeoutMs, for: 'IAM to let Scheduler assume the new role' },
  );
}

async function whenAssumable(send: () => Promise<unknown>): Promise<true | null> {
  try {
    await send();
    return true;
  } catch (error) {
    if (error instanceof ValidationException && /assume the role/.test(error.message)) return null;
    throw error;
  }
}

/** Gone is done. The mark goes with the role, which is removed last. */
export async function removeSchedule(
  { scheduler }: Pick<Clients, 'scheduler'>,
  { app, stage }: Pick<Spec, 'app' | 'stage'>,
): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand({ Name: warmName(app, stage) }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

function wanted(spec: Spec): CreateScheduleCommandInput {
  const { count, minutes } = spec.warm ?? { count: 1, minutes: 1 };
  return {
    Name: warmName(spec.app, spec.stage),
    Description: `Keeps ${spec.app} warm in ${spec.stage}. Managed by up`,
    ScheduleExpression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: {
      Arn: aliasArn(spec.identity, spec.app, spec.stage),
      RoleArn: roleArn(spec),
      Input: JSON.stringify({ up: { ping: { count } } }),
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: maxEventAge },
    },
  };
}

function roleArn({ app, stage, identity }: Name): string {
  return `arn:aws:iam::${identity.account}:role/${scheduleRoleName(app, stage)}`;
}
