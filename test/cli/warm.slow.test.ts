/**
 * Warming and concurrency as resources: made in order, found again by the marks on the function, mended when somebody
 * bends them, and gone when up.json says so no more. On a local platform, over the wire.
 */
import { createHash } from 'node:crypto';
import { DeleteRoleCommand, DeleteRolePolicyCommand, GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyStep, createOutputs } from '../../cli/aws/apply.ts';
import type { Clients } from '../../cli/aws/clients.ts';
import { scheduleRoleName, warmName } from '../../cli/aws/names.ts';
import { plan } from '../../cli/aws/plan.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { silentReporter } from '../../cli/output/reporter.ts';
import { readInventory } from '../../cli/stack/inventory.ts';
import { removeItems } from '../../cli/stack/remove.ts';
import { selectDelete } from '../../cli/stack/select-delete.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';
import { AwsError } from '../../local/aws/error.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';
import { clientsOf, identity } from '../support/deploys.ts';

const commit = { commit: 'abc1234', author: 'Ada', message: 'Begin' };
const Name = 'up-shop-staging-warm';
const RoleName = 'shop-staging-schedule';
const alias = 'arn:aws:lambda:us-east-1:000000000000:function:shop:staging';

let platform: Platform;
let clients: Clients;
/** Calls that are refused, each as often as it says. */
let refusals: Record<string, { times: number; error: AwsError }>;

beforeEach(async () => {
  refusals = {};
  platform = await startPlatform({
    onCall(_service, operation) {
      const refusal = refusals[operation];
      if (refusal && refusal.times-- > 0) throw refusal.error;
    },
  });
  clients = clientsOf(platform);
});
afterEach(() => platform.stop());

function spec(lambda: object = {}, { code = 'one', stage = 'staging', share = 1 } = {}): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', lambda }), { file: 'up.json' });
  const zip = makeZip({ 'app.js': code });
  const pkg = { zip, sha256: createHash('sha256').update(zip).digest('base64') };
  return { ...createSpec({ ...resolveStage(config, 'staging'), stage }, pkg, commit, identity, null), share };
}

/** Carries out what a plan wants done, and says what that was: `update schedule (settings)`. */
async function deploy(wanted: Spec): Promise<string[]> {
  const world = await readWorld(clients, wanted);
  const steps = plan(wanted, world).filter(({ action }) => action !== 'keep');
  const outputs = createOutputs(wanted, world);
  for (const step of steps) await applyStep({ clients, spec: wanted, world, outputs, say: () => {} }, step);
  return steps.map(({ action, type, changes }) => {
    const fields = changes.map(({ field }) => field).join(', ');
    return fields && action !== 'remove' ? `${action} ${type} (${fields})` : `${action} ${type}`;
  });
}

const marks = async () => {
  const { Tags = {} } = await platform.lambda.send(new GetFunctionCommand({ FunctionName: 'shop' }));
  return Object.keys(Tags).filter((tag) => tag !== 'up:app');
};
const schedule = () => platform.scheduler.send(new GetScheduleCommand({ Name }));
const role = () => platform.iam.send(new GetRoleCommand({ RoleName }));
const gone = { name: expect.stringMatching(/ResourceNotFound|NoSuchEntity/) };

describe('a stage that is kept warm', () => {
  const warm = { warm: true, warm_count: 3, warm_rate: '10m' };
  beforeEach(() => deploy(spec(warm)));

  test('has a schedule that sends its alias one ping, in the name of a role that may do nothing else', async () => {
    expect(await schedule()).toMatchObject({
      ScheduleExpression: 'rate(10 minutes)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: alias,
        RoleArn: `arn:aws:iam::000000000000:role/${RoleName}`,
        Input: '{"up":{"ping":{"count":3}}}',
        RetryPolicy: { MaximumRetryAttempts: 0 },
      },
    });
    const { Role } = await role();
    expect(Role?.Tags).toEqual([
      { Key: 'up:app', Value: 'shop' },
      { Key: 'up:stage', Value: 'staging' },
    ]);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
      },
    ]);
    const { PolicyDocument = '' } = await platform.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'up' }));
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: alias },
    ]);
  });

  test('is pinged at once', () => {
    const last = platform.engine.invoked.at(-1);
    expect(Buffer.from(last?.payload ?? []).toString()).toBe('{"up":{"ping":{"count":3}}}');
    expect(last).toMatchObject({ functionName: 'shop', qualifier: 'staging' });
  });

  test('needs nothing more the next time', async () => {
    expect(await deploy(spec(warm))).toEqual([]);
  });

  test('changes with what up.json says', async () => {
    expect(await deploy(spec({ ...warm, warm_count: 4, warm_rate: '1m' }))).toEqual(['update schedule (settings)']);
    expect(await schedule()).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: { Input: '{"up":{"ping":{"count":4}}}' },
    });
  });

  test('is warm no more when up.json says so, and then nothing is left of it', async () => {
    expect(await deploy(spec())).toEqual(['remove schedule', 'remove schedule role']);
    await expect(schedule()).rejects.toMatchObject(gone);
    await expect(role()).rejects.toMatchObject(gone);
    expect(await marks()).toEqual([]);
    expect(await deploy(spec())).toEqual([]);
  });

  test('is mended when somebody bends its schedule, or deletes it with its role', async () => {
    const { Target, FlexibleTimeWindow, ScheduleExpression } = await schedule();
    const bent = { Name, Target, FlexibleTimeWindow, ScheduleExpression, State: 'DISABLED' } as const;
    await platform.scheduler.send(new UpdateScheduleCommand(bent));
    expect(await deploy(spec(warm))).toEqual(['update schedule (settings)']);
    await platform.scheduler.send(new DeleteScheduleCommand({ Name }));
    await platform.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'up' }));
    await platform.iam.send(new DeleteRoleCommand({ RoleName }));
    expect(await deploy(spec(warm))).toEqual(['create schedule role', 'create schedule']);
    expect(await deploy(spec(warm))).toEqual([]);
  });
});

describe('making it', () => {
  test('waits for IAM to let Scheduler assume the new role', async () => {
    const message = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
    refusals.CreateSchedule = { times: 2, error: new AwsError('ValidationException', message) };
    await deploy(spec({ warm: true }));
    expect(platform.calls.filter((call) => call === 'scheduler CreateSchedule')).toHaveLength(3);
    expect(await schedule()).toMatchObject({ State: 'ENABLED' });
  });

  test('goes on where a deploy was killed, and forgets nothing that was half made', async () => {
    refusals.CreateSchedule = { times: 1, error: new AwsError('AccessDeniedException', 'no') };
    await expect(deploy(spec({ warm: true }))).rejects.toThrow('no');
    // The role stands, and so does the mark: who changes their mind now gets rid of it.
    expect(await marks()).toEqual(['up:warm:staging']);
    expect(await deploy(spec())).toEqual(expect.arrayContaining(['remove schedule', 'remove schedule role']));
    await expect(role()).rejects.toMatchObject(gone);
  });

  test('touches no schedule of the same name that calls something else', async () => {
    await deploy(spec());
    await deploy(spec({ warm: true }, { stage: 'other' }));
    const { Target } = await platform.scheduler.send(new GetScheduleCommand({ Name: warmName('shop', 'other') }));
    const theirs = { ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target } as const;
    await platform.scheduler.send(new CreateScheduleCommand({ Name, ...theirs }));
    await expect(deploy(spec({ warm: true }))).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
  });

  test('is left out for a preview', async () => {
    await deploy(spec({ warm: true, provisioned: 2 }, { stage: 'preview-blue' }));
    expect(await marks()).toEqual([]);
  });
});

describe('removing it', () => {
  async function removeStage(stage: string | null): Promise<void> {
    const scope = { clients, app: 'shop', identity };
    const { remove } = selectDelete(await readInventory(scope), { stage, retain: [] });
    await removeItems({ report: silentReporter, standing: () => {} }, scope, remove);
  }
  const left = () => [...Object.keys(platform.store.state.schedules), ...Object.keys(platform.store.state.roles)];
  beforeEach(() => deploy(spec({ warm: true })));

  test('with its stage leaves nothing of it behind', async () => {
    await removeStage('staging');
    expect(left()).toEqual(['shop-function']);
    expect(await marks()).toEqual([]);
  });

  test('with the app finds the schedule of a function that somebody has deleted, too', async () => {
    await platform.lambda.send(new DeleteFunctionCommand({ FunctionName: 'shop' }));
    await removeStage(null);
    expect(left()).toEqual([]);
  });
});

test('an app without any of it makes not one call for it', async () => {
  await deploy(spec());
  await deploy(spec());
  expect(platform.calls.filter((call) => /scheduler|Concurrency|TagResource|UntagResource/.test(call))).toEqual([]);
});

describe('provisioned concurrency', () => {
  const config = () =>
    platform.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'shop', Qualifier: 'staging' }));
  const ready = (count: number) => ({ available: count, allocated: count, failed: false });
  beforeEach(() => {
    platform.engine.provisioned = ready(2);
  });

  test('comes after the alias, is waited for when the alias moves, and goes when up.json says so', async () => {
    const first = await deploy(spec({ provisioned: 2 }));
    expect(first.slice(-1)).toEqual(['create provisioned concurrency']);
    expect(await config()).toMatchObject({ Status: 'READY', RequestedProvisionedConcurrentExecutions: 2 });
    expect(await deploy(spec({ provisioned: 2 }))).toEqual([]);
    const moved = await deploy(spec({ provisioned: 2 }, { code: 'two' }));
    expect(moved.slice(-2)).toEqual(['update alias (FunctionVersion)', 'update provisioned concurrency (ready)']);
    expect(await deploy(spec({ provisioned: 1 }, { code: 'two' }))).toEqual(['update provisioned concurrency (count)']);
    expect(await deploy(spec({}, { code: 'two' }))).toEqual(['remove provisioned concurrency']);
    await expect(config()).rejects.toMatchObject({ name: 'ProvisionedConcurrencyConfigNotFoundException' });
    expect(await marks()).toEqual([]);
  });

  test('that Lambda cannot start fails the deploy with its reason, and is tried again by the next', async () => {
    platform.engine.provisioned = { available: 0, allocated: 0, failed: true };
    await expect(deploy(spec({ provisioned: 2 }))).rejects.toMatchObject({
      code: 'UP_PROVISIONED_FAILED',
      evidence: expect.stringContaining('FUNCTION_ERROR_INIT_FAILURE'),
    });
    const again = deploy(spec({ provisioned: 2 }));
    await expect(again).rejects.toMatchObject({ code: 'UP_PROVISIONED_FAILED' });
    expect(platform.calls.filter((call) => call === 'lambda PutProvisionedConcurrencyConfig')).toHaveLength(2);
  });

  test('is left alone while a canary has a share of the traffic', async () => {
    await deploy(spec({ provisioned: 2 }));
    const canary = await deploy(spec({ provisioned: 3 }, { code: 'two', share: 0.1 }));
    expect(canary.at(-1)).toBe('update alias (RoutingConfig)');
    platform.engine.provisioned = ready(3);
    const all = await deploy(spec({ provisioned: 3 }, { code: 'two' }));
    expect(all.at(-1)).toBe('update provisioned concurrency (count, ready)');
  });
});

describe('reserved concurrency', () => {
  const reserved = async () =>
    (await platform.lambda.send(new GetFunctionCommand({ FunctionName: 'shop' }))).Concurrency;

  test('is set, changed, and taken back when up.json says nothing of it', async () => {
    expect((await deploy(spec({ reserved: 20 }))).at(-1)).toBe('create reserved concurrency');
    expect(await reserved()).toEqual({ ReservedConcurrentExecutions: 20 });
    expect(await deploy(spec({ reserved: 20 }))).toEqual([]);
    expect(await deploy(spec({ reserved: 30 }))).toEqual(['update reserved concurrency (count)']);
    expect(await deploy(spec())).toEqual(['remove reserved concurrency']);
    expect(await reserved()).toBeUndefined();
    expect(await marks()).toEqual([]);
  });

  test('of a function that is switched off is raised before a new version has to prove itself', async () => {
    await deploy(spec({ reserved: 0 }));
    const on = await deploy(spec({ reserved: 5 }, { code: 'two' }));
    expect(on[0]).toBe('update reserved concurrency (count)');
    expect(on.at(-1)).toBe('update alias (FunctionVersion)');
  });

  test('that somebody made by hand stays', async () => {
    await deploy(spec());
    await platform.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'shop', ReservedConcurrentExecutions: 7 }),
    );
    expect(await deploy(spec())).toEqual([]);
    expect(await reserved()).toEqual({ ReservedConcurrentExecutions: 7 });
  });
});

test('names end at 64 characters and stay apart', () => {
  const [app, stage] = ['a'.repeat(40), 'b'.repeat(40)];
  for (const name of [warmName(app, stage), scheduleRoleName(app, stage)]) expect(name).toHaveLength(64);
  expect(warmName(app, `${stage}1`)).not.toBe(warmName(app, `${stage}2`));
});
