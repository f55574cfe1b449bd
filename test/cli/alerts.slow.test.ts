/**
 * Alarms, topics and who subscribes to them as resources: made in order, found again by the mark on the function, mended
 * when somebody bends them, and gone when up.json says so no more. On a local platform, over the wire.
 *
 * One file, because every story begins with the same stage and its alarms.
 */
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  RemovePermissionCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyStep, createOutputs } from '../../cli/aws/apply.ts';
import type { Clients } from '../../cli/aws/clients.ts';
import { plan } from '../../cli/aws/plan.ts';
import type { Spec } from '../../cli/aws/spec.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { silentReporter } from '../../cli/output/reporter.ts';
import { readInventory } from '../../cli/stack/inventory.ts';
import { removeItems } from '../../cli/stack/remove.ts';
import { selectDelete } from '../../cli/stack/select-delete.ts';
import { AwsError } from '../../local/aws/error.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { clientsOf, identity, wantedOf } from '../support/deploys.ts';

const email = { name: 'email.team', type: 'email', emails: ['ada@example.com'] };
const sms = { name: 'sms', type: 'sms', numbers: ['+12505550123'] };
const slack = { name: 'slack', type: 'slack', url: 'https://hooks.example.com/x' };
const failing = { metric: 'http.5xx', threshold: 5 };
const slow = { metric: 'http.latency', statistic: 'p95', threshold: 1000, period: '5m', action: 'sms' };
const wanted = (upJson: object = { alerts: [failing, slow], actions: [sms, slack] }, stage = 'staging') =>
  wantedOf(upJson, { stage });

let platform: Platform;
let clients: Clients;
/** Calls that are refused, each as often as it says. */
let refusals: Record<string, number>;

async function open(): Promise<void> {
  refusals = {};
  platform = await startPlatform({
    onCall(_service, operation) {
      const left = refusals[operation] ?? 0;
      refusals[operation] = left - 1;
      if (left > 0) throw new AwsError('InternalFailure', 'The local platform fails for a test');
    },
  });
  clients = clientsOf(platform);
}

/** Carries out what a plan wants done, and says what that was: `update alarm up-shop-staging-http.5xx (threshold)`. */
async function deploy(spec: Spec): Promise<string[]> {
  const world = await readWorld(clients, spec);
  const steps = plan(spec, world).filter(({ action }) => action !== 'keep');
  const outputs = createOutputs(spec, world);
  for (const step of steps) await applyStep({ clients, spec, world, outputs, say: () => {} }, step);
  return steps.map(({ action, type, name, changes }) => {
    const fields = changes.map(({ field }) => field).join(', ');
    const words = [action, type, action === 'remove' ? String(changes[0]?.from) : name];
    return `${words.filter(Boolean).join(' ')}${fields && action === 'update' ? ` (${fields})` : ''}`;
  });
}

const put = (changes: Partial<PutMetricAlarmCommandInput>) =>
  platform.monitoring.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'up-shop-staging-http.5xx', Namespace: 'A', MetricName: 'B', Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', ...changes },
    }),
  );

async function alarms() {
  const { MetricAlarms = [] } = await platform.monitoring.send(new DescribeAlarmsCommand({}));
  return MetricAlarms;
}

async function names() {
  const { Topics = [] } = await platform.sns.send(new ListTopicsCommand({}));
  const topics = Topics.map(({ TopicArn = '' }) => TopicArn.split(':').at(-1));
  return [...(await alarms()).map(({ AlarmName }) => AlarmName), ...topics];
}

const marks = async () => {
  const { Tags = {} } = await platform.lambda.send(new GetFunctionCommand({ FunctionName: 'shop' }));
  return Object.keys(Tags).filter((tag) => tag !== 'up:app');
};

const made = [
  'up-shop-staging-http.5xx',
  'up-shop-staging-http.latency',
  'up-shop-staging-slack',
  'up-shop-staging-sms',
];
const topicArn = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`;

describe('what somebody has bent is as it was after one deploy', () => {
  beforeAll(async () => {
    await open();
    await deploy(wanted());
  });
  afterAll(() => platform.stop());

  const AlarmName = 'up-shop-staging-http.5xx';
  const TopicArn = topicArn('up-shop-staging-slack');
  const statement = 'up-staging-topic-up-shop-staging-slack';

  async function unsubscribe() {
    const { Subscriptions = [] } = await platform.sns.send(new ListSubscriptionsCommand({}));
    const found = Subscriptions.find(({ Protocol }) => Protocol === 'sms');
    await platform.sns.send(new UnsubscribeCommand({ SubscriptionArn: found?.SubscriptionArn }));
  }

  test.each<[string, () => Promise<unknown>, string[]]>([
    [
      'an alarm that is switched off',
      () => platform.monitoring.send(new DisableAlarmActionsCommand({ AlarmNames: [AlarmName] })),
      [`update alarm ${AlarmName} (enabled)`],
    ],
    [
      'an alarm that watches something else',
      () => put({}),
      [`update alarm ${AlarmName} (description, metric, threshold, missing, actions, ok_actions)`],
    ],
    [
      'an alarm that is gone',
      () => platform.monitoring.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
      [`create alarm ${AlarmName}`],
    ],
    [
      'a topic that is gone',
      () => platform.sns.send(new DeleteTopicCommand({ TopicArn })),
      ['create topic up-shop-staging-slack', 'create subscription slack by shop:staging'],
    ],
    ['a number that hears nothing', unsubscribe, ['create subscription sms +12505550123']],
    [
      'a topic that is not let in',
      () =>
        platform.lambda.send(
          new RemovePermissionCommand({ FunctionName: 'shop', Qualifier: 'staging', StatementId: statement }),
        ),
      ['update subscription slack by shop:staging (statement)'],
    ],
    [
      'a function without the mark',
      () =>
        platform.lambda.send(
          new UntagResourceCommand({
            Resource: 'arn:aws:lambda:us-east-1:000000000000:function:shop',
            TagKeys: ['up:alerts:staging'],
          }),
        ),
      [`update alarm ${AlarmName} (tag)`, 'update alarm up-shop-staging-http.latency (tag)'],
    ],
  ])('%s', async (_, bend, mended) => {
    await bend();
    expect(await deploy(wanted())).toEqual(mended);
    expect(await deploy(wanted())).toEqual([]);
    expect(await names()).toEqual(made);
  });
});

describe('on a platform of its own', () => {
  beforeEach(open);
  afterEach(() => platform.stop());

  test('they are made once, with the tags of the stage, and a stage without them asks for none', async () => {
    await deploy(wanted({}));
    expect(platform.calls.filter((call) => /^(?:sns|cloudwatch) /.test(call))).toEqual([]);
    expect(await deploy(wanted())).toEqual([
      'create topic up-shop-staging-sms',
      'create subscription sms +12505550123',
      'create topic up-shop-staging-slack',
      'create subscription slack by shop:staging',
      'create alarm up-shop-staging-http.5xx',
      'create alarm up-shop-staging-http.latency',
    ]);
    expect(await deploy(wanted())).toEqual([]);
    expect(await names()).toEqual(made);
    expect(await marks()).toEqual(['up:alerts:staging']);
    expect(platform.calls.filter((call) => call === 'lambda TagResource')).toHaveLength(1);
    const [failures, latency] = await alarms();
    const [apiId] = Object.keys(platform.store.state.apis);
    expect(failures).toMatchObject({
      ...{ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum', Period: 60, Threshold: 5 },
      Dimensions: [{ Name: 'ApiId', Value: apiId }],
      AlarmDescription: 'sum of http.5xx > 5 in 1 min - shop, staging',
      AlarmActions: [topicArn('up-shop-staging-sms'), topicArn('up-shop-staging-slack')],
    });
    expect(latency).toMatchObject({
      MetricName: 'Latency',
      ExtendedStatistic: 'p95',
      TreatMissingData: 'notBreaching',
    });
    const tags = await platform.monitoring.send(new ListTagsForResourceCommand({ ResourceARN: failures?.AlarmArn }));
    expect(tags.Tags).toEqual([
      { Key: 'up:app', Value: 'shop' },
      { Key: 'up:stage', Value: 'staging' },
    ]);
  });

  test('behind a Function URL they watch the alias, which has no API', async () => {
    await deploy(wanted({ url: 'function_url', alerts: 'default' }));
    expect((await alarms()).map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`)).toEqual([
      'AWS/Lambda Url5xxCount',
      'AWS/Lambda UrlRequestLatency',
      'AWS/Lambda Errors',
      'AWS/Lambda Throttles',
    ]);
    for (const { Dimensions } of await alarms())
      expect(Dimensions).toEqual([
        { Name: 'FunctionName', Value: 'shop' },
        { Name: 'Resource', Value: 'shop:staging' },
      ]);
    expect(await deploy(wanted({ url: 'function_url', alerts: 'default' }))).toEqual([]);
  });

  describe('what is wanted no more goes', () => {
    test('one by one, and the topic with what let it in', async () => {
      await deploy(wanted());
      expect(await deploy(wanted({ alerts: [{ ...failing, threshold: 9 }], actions: [sms] }))).toEqual([
        'update alarm up-shop-staging-http.5xx (description, threshold, actions, ok_actions)',
        'remove alarm up-shop-staging-http.latency',
        'remove topic up-shop-staging-slack',
      ]);
      expect(await names()).toEqual(['up-shop-staging-http.5xx', 'up-shop-staging-sms']);
      const { statements = [] } = platform.store.state.functions.shop?.policies.staging ?? {};
      expect(statements.map(({ Sid }) => Sid)).toEqual(['up-staging-api']);
    });

    test.each([
      ['the topic', [sms]],
      ['the webhook, where there is an address now', [sms, { ...email, name: 'slack' }]],
    ])('%s, with what let it in, also when that was refused at first', async (_, actions) => {
      await deploy(wanted());
      refusals.RemovePermission = 1;
      await expect(deploy(wanted({ alerts: [failing, slow], actions }))).rejects.toThrow('fails for a test');
      await deploy(wanted({ alerts: [failing, slow], actions }));
      const { statements = [] } = platform.store.state.functions.shop?.policies.staging ?? {};
      expect(statements.map(({ Sid }) => Sid)).toEqual(['up-staging-api']);
    });

    test('an address that is another one', async () => {
      await deploy(wanted());
      const other = { ...sms, numbers: ['+12505550199'] };
      expect(await deploy(wanted({ alerts: [failing, slow], actions: [other, slack] }))).toEqual([
        'create subscription sms +12505550199',
        'remove subscription +12505550123',
      ]);
    });

    test('but an address that never said yes AWS forgets by itself', async () => {
      await deploy(wanted({ alerts: [failing], actions: [email] }));
      const other = { ...email, emails: ['bob@example.com'] };
      const steps = () => deploy(wanted({ alerts: [failing], actions: [other] }));
      expect(await steps()).toEqual(['create subscription email.team bob@example.com']);
      expect(await steps()).toEqual([]);
    });

    test('all at once, also when the removal is cut short, and nothing of anybody else', async () => {
      await deploy(wanted());
      await put({ AlarmName: 'up-shop-staging-by-hand' });
      await platform.sns.send(new CreateTopicCommand({ Name: 'up-shop-staging-by-hand' }));
      refusals.DeleteTopic = 1;
      await expect(deploy(wanted({}))).rejects.toThrow('fails for a test');
      expect(await marks()).toEqual(['up:alerts:staging']);
      expect(await deploy(wanted({}))).toEqual(['remove alerts staging']);
      expect(await deploy(wanted({}))).toEqual([]);
      expect(await names()).toEqual(['up-shop-staging-by-hand', 'up-shop-staging-by-hand']);
      expect(await marks()).toEqual([]);
    });
  });

  describe('what somebody else has made stops a deploy before it changes anything', () => {
    test.each<[string, () => Promise<unknown>]>([
      ['an alarm', () => put({})],
      ['a topic', () => platform.sns.send(new CreateTopicCommand({ Name: 'up-shop-staging-sms' }))],
    ])('%s of a name that we want', async (_, make) => {
      await make();
      await expect(deploy(wanted())).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
      expect(Object.keys(platform.store.state.functions)).toEqual([]);
    });
  });

  describe('a delete', () => {
    async function remove(stage: string | null, refused: Record<string, number> = {}) {
      refusals = refused;
      const scope = { clients, app: 'shop', identity };
      const { remove: going } = selectDelete(await readInventory(scope), { stage, retain: [] });
      await removeItems({ report: silentReporter, standing: () => {} }, scope, going);
    }

    test('of a stage takes its alarms and topics, and leaves those of others', async () => {
      await deploy(wanted());
      await deploy(wanted(undefined, 'production'));
      await remove('staging');
      expect(await names()).toEqual(made.map((name) => name.replace('staging', 'production')));
      expect(await marks()).toEqual(['up:alerts:production']);
    });

    test.each([
      ['DeleteTopic'],
      ['DeleteAlarms'],
      ['DeleteFunction'],
    ])('of all that is cut short at %s is gone on with', async (call) => {
      await deploy(wanted());
      await expect(remove(null, { [call]: 1 })).rejects.toThrow('fails for a test');
      await remove(null);
      expect(await names()).toEqual([]);
      expect(await readInventory({ clients, app: 'shop', identity })).toEqual([]);
    });

    test('finds them when the function is gone already', async () => {
      await deploy(wanted());
      await platform.lambda.send(new DeleteFunctionCommand({ FunctionName: 'shop' }));
      await remove(null);
      expect(await names()).toEqual([]);
    });
  });
});
