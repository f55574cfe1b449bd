/** EventBridge Scheduler on the local platform: its shapes, its errors, and schedules that really run. */

import { setImmediate } from 'node:timers/promises';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Schedule, State } from '../../local/model.ts';
import { createScheduleRunner } from '../../local/scheduler/runner.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFunction, createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const RoleArn = 'arn:aws:iam::000000000000:role/clock';
const Arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';
const begin = Date.parse('2026-01-15T10:00:00Z');
const minute = 60_000;

let platform: Platform;
let clock: FakeClock;
beforeEach(async () => {
  clock = createFakeClock(begin);
  platform = await startPlatform({ clock: () => clock.now(), time: clock });
  await createRole(platform);
  await createFunction(platform);
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await platform.iam.send(new CreateRoleCommand({ RoleName: 'clock', AssumeRolePolicyDocument }));
});
afterEach(() => platform.stop());

function input(changes: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
  return {
    Name: 'tick',
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn, RoleArn, Input: '{"tick":true}' },
    ...changes,
  };
}

const create = (changes: Partial<CreateScheduleCommandInput> = {}) =>
  platform.scheduler.send(new CreateScheduleCommand(input(changes)));

/** What the function was sent so far. */
const sent = () => platform.engine.invoked.map(({ payload }) => Buffer.from(payload).toString());

describe('a schedule', () => {
  test('is made, shown, listed, changed and removed', async () => {
    const { ScheduleArn } = await create({ Description: 'ticks' });
    expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick');
    const { $metadata: _, ...shown } = await platform.scheduler.send(new GetScheduleCommand({ Name: 'tick' }));
    expect(shown).toEqual({
      Arn: ScheduleArn,
      Name: 'tick',
      GroupName: 'default',
      Description: 'ticks',
      State: 'ENABLED',
      ScheduleExpression: 'rate(5 minutes)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'NONE',
      Target: { Arn, RoleArn, Input: '{"tick":true}' },
      CreationDate: new Date(begin),
      LastModificationDate: new Date(begin),
    });
    clock.advance(minute);
    await platform.scheduler.send(new UpdateScheduleCommand(input({ State: 'DISABLED' })));
    const changed = await platform.scheduler.send(new GetScheduleCommand({ Name: 'tick' }));
    expect(changed).toMatchObject({ State: 'DISABLED', CreationDate: new Date(begin) });
    expect(changed.LastModificationDate).toEqual(new Date(begin + minute));
    expect(changed.Description).toBeUndefined();
    const { Schedules } = await platform.scheduler.send(new ListSchedulesCommand({ NamePrefix: 'ti' }));
    expect(Schedules).toMatchObject([{ Name: 'tick', GroupName: 'default', State: 'DISABLED', Target: { Arn } }]);
    await platform.scheduler.send(new DeleteScheduleCommand({ Name: 'tick' }));
    await expect(platform.scheduler.send(new GetScheduleCommand({ Name: 'tick' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule tick does not exist.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('is made once', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
  });

  test('is made by one call that is made again, as its token tells', async () => {
    const { ScheduleArn } = await create({ ClientToken: 'one' });
    expect((await create({ ClientToken: 'one' })).ScheduleArn).toBe(ScheduleArn);
    await expect(create({ ClientToken: 'two' })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  const target = { Arn, RoleArn };
  test.each<[string, Partial<CreateScheduleCommandInput>, RegExp]>([
    ['an expression that is none', { ScheduleExpression: 'rate(5 parsecs)' }, /Invalid Schedule Expression/],
    ['a zone that is none', { ScheduleExpressionTimezone: 'Mars/Olympus' }, /timezone Mars\/Olympus is invalid/],
    ['a name that is too long', { Name: 'x'.repeat(65) }, /at 'name'/],
    ['a role nobody has made', { Target: { ...target, RoleArn: `${RoleArn}s` } }, /allow AWS EventBridge Scheduler to/],
    [
      'a role for somebody else',
      { Target: { ...target, RoleArn: 'arn:aws:iam::000000000000:role/app-role' } },
      /must allow AWS EventBridge Scheduler to assume the role/,
    ],
    ['input that is not JSON', { Target: { ...target, Input: 'hello' } }, /well-formed JSON/],
    ['a target of another kind', { Target: { ...target, Arn: 'arn:aws:sqs:us-east-1:000000000000:q' } }, /not impl/],
    ['a window without minutes', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, /MaximumWindowInMinutes/],
    ['more retries than AWS has', { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } }, /185/],
    ['an end before the start', { StartDate: new Date(begin + 1), EndDate: new Date(begin) }, /EndDate/],
  ])('is refused with %s', async (_, changes, message) => {
    await expect(create(changes)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  });
});

test('a run whose event cannot be remembered, as on a full disk, is due still', async () => {
  const once: Schedule = {
    ...{ Name: 'once', GroupName: 'default', ScheduleExpression: 'at(2026-01-15T10:01:00)', State: 'ENABLED' },
    ...{ ScheduleExpressionTimezone: 'UTC', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn, RoleArn } },
    ...{ ActionAfterCompletion: 'DELETE', CreationDate: begin, LastModificationDate: begin },
  };
  const state = { schedules: { 'default/once': once } } as unknown as State;
  const runs: number[] = [];
  const events = {
    async put() {
      runs.push(clock.now() - begin);
      if (runs.length < 3) throw new Error('ENOSPC');
    },
  };
  const runner = createScheduleRunner({ store: { state, save: async () => {} }, events, clock });
  runner.changed();
  for (let minutes = 0; minutes < 6; minutes++) {
    clock.advance(minute);
    await setImmediate();
  }
  runner.close();
  expect(runs).toEqual([minute, 2 * minute, 3 * minute]);
  expect(state.schedules).toEqual({});
});

describe('time goes on', () => {
  test('and a rate runs at once, then at its distance, with its own input', async () => {
    await create();
    expect(sent()).toEqual(['{"tick":true}']);
    clock.advance(5 * minute - 1);
    expect(sent()).toHaveLength(1);
    clock.advance(10 * minute);
    expect(sent()).toHaveLength(3);
  });

  test('and a schedule that is disabled, over or removed runs no more', async () => {
    await create({ State: 'DISABLED' });
    await create({ Name: 'over', EndDate: new Date(begin + 7 * minute), Target: { Arn, RoleArn, Input: '"over"' } });
    await create({ Name: 'gone' });
    await platform.scheduler.send(new DeleteScheduleCommand({ Name: 'gone' }));
    clock.advance(60 * minute);
    expect(sent()).toEqual(['"over"', '{"tick":true}', '"over"']);
  });

  test('and a start that is set is waited for', async () => {
    await create({ StartDate: new Date(begin + 90_000) });
    clock.advance(89_000);
    expect(sent()).toEqual([]);
    clock.advance(1_000);
    expect(sent()).toHaveLength(1);
  });

  test('and what is to run once is removed afterwards, if it says so', async () => {
    await create({ ScheduleExpression: 'at(2026-01-15T10:02:00)', ActionAfterCompletion: 'DELETE' });
    clock.advance(2 * minute);
    expect(sent()).toHaveLength(1);
    await expect(platform.scheduler.send(new GetScheduleCommand({ Name: 'tick' }))).rejects.toThrow('does not exist');
  });

  test('and the words of AWS in the input are filled in', async () => {
    const Input = '{"of":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","x":"<aws.other.x>"}';
    await create({ Target: { Arn, RoleArn, Input } });
    expect(sent()).toEqual([
      '{"of":"arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick","at":"2026-01-15T10:00:00Z","x":"<aws.other.x>"}',
    ]);
  });

  test('and a target without input is told what happened', async () => {
    await create({ Target: { Arn: `${Arn}:live`, RoleArn } });
    expect(platform.engine.invoked[0]).toMatchObject({ functionName: 'app', qualifier: 'live' });
    expect(JSON.parse(sent()[0] ?? '')).toMatchObject({ source: 'aws.scheduler', time: '2026-01-15T10:00:00Z' });
  });
});

describe('a platform that starts again', () => {
  test('goes on with its schedules, and makes up for the one it has missed', async () => {
    await create();
    await create({ Name: 'once', ScheduleExpression: 'at(2026-01-15T10:02:00)', Target: { Arn, RoleArn, Input: '1' } });
    const restarting = platform.restart();
    clock.advance(12 * minute);
    platform = await restarting;
    expect(sent().toSorted()).toEqual(['1', '{"tick":true}']);
    clock.advance(3 * minute);
    expect(sent()).toHaveLength(3);
  });

  test('leaves out what is older than the schedule lets it be', async () => {
    await create({ Target: { Arn, RoleArn, RetryPolicy: { MaximumEventAgeInSeconds: 60 } } });
    const restarting = platform.restart();
    clock.advance(7 * minute);
    platform = await restarting;
    expect(sent()).toEqual([]);
    clock.advance(3 * minute);
    expect(sent()).toHaveLength(1);
  });
});

test('a group is removed with its schedules, and tags hang on it', async () => {
  const { ScheduleGroupArn: ResourceArn = '' } = await platform.scheduler.send(
    new CreateScheduleGroupCommand({ Name: 'mine', Tags: [{ Key: 'a', Value: '1' }] }),
  );
  expect(ResourceArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule-group/mine');
  await platform.scheduler.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] }));
  await platform.scheduler.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
  const { Tags } = await platform.scheduler.send(new ListTagsForResourceCommand({ ResourceArn }));
  expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  await create({ GroupName: 'mine' });
  const { ScheduleGroups } = await platform.scheduler.send(new ListScheduleGroupsCommand({}));
  expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'mine']);
  expect((await platform.scheduler.send(new GetScheduleGroupCommand({ Name: 'mine' }))).State).toBe('ACTIVE');
  await platform.scheduler.send(new DeleteScheduleGroupCommand({ Name: 'mine' }));
  expect((await platform.scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
  await expect(create({ GroupName: 'mine' })).rejects.toThrow('Schedule group mine does not exist.');
});
