/** A stage that is kept warm: its schedule, and the role in whose name that calls it. */
import { expect, require } from '../check.mjs';
import { account, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const alias = `arn:aws:lambda:us-east-1:${account}:function:warmed:staging`;
const role = 'warmed-staging-schedule';
const name = 'up-warmed-staging-warm';

export async function warming(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'warmed');

  await check.case('warm: a first deploy makes schedule and role last', async () => {
    app.configure({ lambda: { warm: true, warm_count: 3 } });
    const { changing, stderr } = await app.deploy();
    expect(changing.slice(-4), ['CreateRole', 'PutRolePolicy', 'TagResource', 'CreateSchedule'], 'last changing calls');
    require(stderr.includes('3 environments kept warm'), stderr);
  });

  await check.case('warm: boto3 finds the schedule', async () => {
    const found = await read('scheduler', 'GetSchedule', { Name: name });
    expect([found.ScheduleExpression, found.State], ['rate(5 minutes)', 'ENABLED'], 'schedule');
    expect(found.FlexibleTimeWindow, { Mode: 'OFF' }, 'window');
    const { Arn, RoleArn, Input, RetryPolicy } = found.Target;
    expect([Arn, RoleArn], [alias, `arn:aws:iam::${account}:role/${role}`], 'target');
    expect(JSON.parse(Input), { up: { ping: { count: 3 } } }, 'input');
    expect([RetryPolicy.MaximumRetryAttempts, RetryPolicy.MaximumEventAgeInSeconds], [0, 60], 'retries');
  });

  await check.case('warm: boto3 finds the role, which Scheduler alone may take, and the mark', async () => {
    const { Role } = await read('iam', 'GetRole', { RoleName: role });
    const [{ Principal, Condition }] = Role.AssumeRolePolicyDocument.Statement;
    expect(Principal, { Service: 'scheduler.amazonaws.com' }, 'trust');
    expect(Condition, { StringEquals: { 'aws:SourceAccount': account } }, 'trust');
    expect(
      Object.fromEntries(Role.Tags.map(({ Key, Value }) => [Key, Value])),
      { 'up:app': 'warmed', 'up:stage': 'staging' },
      'tags',
    );
    const { PolicyDocument } = await read('iam', 'GetRolePolicy', { RoleName: role, PolicyName: 'up' });
    const [{ Effect, Action, Resource }] = PolicyDocument.Statement;
    expect([Effect, Action, Resource], ['Allow', 'lambda:InvokeFunction', alias], 'policy');
    expect(await tags(), { 'up:app': 'warmed', 'up:warm:staging': 'true' }, 'tags of the function');
  });

  await check.case('warm: a second deploy makes no changing call', async () => {
    expect((await app.deploy()).changing, [], 'changing calls');
  });

  await check.case('warm: another rate is UpdateSchedule alone', async () => {
    app.configure({ lambda: { warm: true, warm_count: 4, warm_rate: '10m' } });
    expect((await app.deploy()).changing, ['UpdateSchedule'], 'changing calls');
    const found = await read('scheduler', 'GetSchedule', { Name: name });
    expect(
      [found.ScheduleExpression, JSON.parse(found.Target.Input).up.ping.count],
      ['rate(10 minutes)', 4],
      'schedule',
    );
  });

  await check.case('warm: a schedule that somebody deleted is made again, and nothing else', async () => {
    await read('scheduler', 'DeleteSchedule', { Name: name });
    expect((await app.deploy()).changing, ['CreateSchedule'], 'changing calls');
  });

  await check.case('warm: switched off, both go, and the mark after them', async () => {
    app.configure({});
    const gone = ['DeleteSchedule', 'DeleteRolePolicy', 'DeleteRole', 'UntagResource'];
    expect((await app.deploy()).changing, gone, 'changing calls');
    expect(await tags(), { 'up:app': 'warmed' }, 'tags of the function');
  });

  await check.case('warm: up delete takes a schedule with it', async () => {
    app.configure({ lambda: { warm: true } });
    await app.deploy();
    const { changing } = await app.run(['delete', '-y']);
    require(changing.includes('DeleteSchedule'), `changing calls: ${changing}`);
    expect(await leftOf(bench, 'warmed'), [], 'left');
  });

  async function tags() {
    return (await read('lambda', 'GetFunction', { FunctionName: 'warmed' })).Tags;
  }
}
