/** Alarms, the topics they tell, and who subscribes to those. */
import { expect, require } from '../check.mjs';
import { account, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const mail = { name: 'team', type: 'email', emails: ['a@example.com', 'b@example.com'] };
const slack = { name: 'ops', type: 'slack', url: 'https://hooks.example.com/' };
const slow = { name: 'slow', metric: 'http.latency', statistic: 'p95', threshold: 1000, period: '5m', action: 'ops' };

const topic = (action) => `arn:aws:sns:us-east-1:${account}:up-watched-staging-${action}`;
const alias = `arn:aws:lambda:us-east-1:${account}:function:watched:staging`;
const asObject = (pairs, key, value) => Object.fromEntries(pairs.map((one) => [one[key], one[value]]));
const tags = { 'up:app': 'watched', 'up:stage': 'staging' };

export async function alerting(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'watched');
  const alarms = async () => (await read('cloudwatch', 'DescribeAlarms')).MetricAlarms;
  const alarm = async (name) => (await alarms()).find(({ AlarmName }) => AlarmName === `up-watched-staging-${name}`);

  await check.case('alerts: a first deploy makes topics, subscriptions and alarms', async () => {
    app.configure({ alerts: ['default', slow], actions: [mail, slack] });
    const { changing, stderr } = await app.deploy();
    const told = ['TagResource', 'CreateTopic', 'Subscribe', 'Subscribe', 'CreateTopic', 'AddPermission', 'Subscribe'];
    expect(changing.slice(-12), [...told, ...Array(5).fill('PutMetricAlarm')], 'last changing calls');
    require(stderr.includes('5 alarms'), stderr);
  });

  await check.case('alerts: boto3 finds the alarms', async () => {
    const names = (await alarms()).map(({ AlarmName }) => AlarmName.replace('up-watched-staging-', '')).sort();
    expect(names, ['http.5xx', 'http.latency', 'lambda.errors', 'lambda.throttles', 'slow'], 'alarms');
    const found = await alarm('slow');
    const { ExtendedStatistic, Threshold, Period, EvaluationPeriods, ComparisonOperator, TreatMissingData } = found;
    expect([ExtendedStatistic, Threshold, Period, EvaluationPeriods], ['p95', 1000, 300, 1], 'alarm');
    expect([ComparisonOperator, TreatMissingData], ['GreaterThanThreshold', 'notBreaching'], 'alarm');
    expect([found.AlarmActions, found.OKActions], [[topic('ops')], [topic('ops')]], 'actions');
    const [api] = (await read('apigatewayv2', 'GetApis')).Items.filter(({ Name }) => Name === 'watched-staging');
    expect([found.Namespace, found.MetricName], ['AWS/ApiGateway', 'Latency'], 'metric');
    expect(asObject(found.Dimensions, 'Name', 'Value'), { ApiId: api.ApiId }, 'dimensions');
    const errors = await alarm('lambda.errors');
    expect([errors.Namespace, errors.MetricName, errors.Statistic], ['AWS/Lambda', 'Errors', 'Sum'], 'metric');
    const dimensions = { FunctionName: 'watched', Resource: 'watched:staging' };
    expect(asObject(errors.Dimensions, 'Name', 'Value'), dimensions, 'dimensions');
    const { Tags } = await read('cloudwatch', 'ListTagsForResource', { ResourceARN: found.AlarmArn });
    expect(asObject(Tags, 'Key', 'Value'), tags, 'tags');
  });

  await check.case('alerts: boto3 finds topics, subscriptions and the right to invoke the stage', async () => {
    const subscribers = async (action) => {
      const { Subscriptions } = await read('sns', 'ListSubscriptionsByTopic', { TopicArn: topic(action) });
      return Subscriptions.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).sort();
    };
    expect(await subscribers('team'), ['email a@example.com', 'email b@example.com'], 'subscriptions');
    expect(await subscribers('ops'), [`lambda ${alias}`], 'subscriptions');
    const { Tags } = await read('sns', 'ListTagsForResource', { ResourceArn: topic('ops') });
    expect(asObject(Tags, 'Key', 'Value'), tags, 'tags');
    const found = (await statements()).find(({ Sid }) => Sid === 'up-staging-topic-up-watched-staging-ops');
    expect(
      [found?.Action, found?.Principal],
      ['lambda:InvokeFunction', { Service: 'sns.amazonaws.com' }],
      'permission',
    );
    require(JSON.stringify(found.Condition).includes(topic('ops')), `condition ${JSON.stringify(found.Condition)}`);
  });

  await check.case('alerts: a second deploy makes no changing call', async () => {
    expect((await app.deploy()).changing, [], 'changing calls');
  });

  await check.case('alerts: up alerts tells of them, and whose address is not confirmed', async () => {
    const { alerts, actions } = JSON.parse((await app.run(['alerts', '--json'])).stdout);
    expect(alerts.length, 5, 'alerts');
    const states = actions.flatMap(({ endpoints }) => endpoints.map(({ endpoint, state }) => [endpoint, state]));
    const wanted = { 'a@example.com': 'pending', 'b@example.com': 'pending', [alias]: 'ready' };
    expect(Object.fromEntries(states), wanted, 'endpoints');
  });

  await check.case('alerts: another threshold is one PutMetricAlarm alone', async () => {
    app.configure({ alerts: ['default', { ...slow, threshold: 2000 }], actions: [mail, slack] });
    expect((await app.deploy()).changing, ['PutMetricAlarm'], 'changing calls');
    expect((await alarm('slow')).Threshold, 2000, 'threshold');
  });

  await check.case('alerts: what somebody deleted is made again, and nothing else', async () => {
    await read('cloudwatch', 'DeleteAlarms', { AlarmNames: ['up-watched-staging-lambda.errors'] });
    await read('sns', 'DeleteTopic', { TopicArn: topic('ops') });
    expect((await app.deploy()).changing, ['CreateTopic', 'Subscribe', 'PutMetricAlarm'], 'changing calls');
    expect((await alarms()).length, 5, 'alarms');
  });

  await check.case('alerts: an alert less is DeleteAlarms, a confirmed address less Unsubscribe', async () => {
    app.configure({ alerts: ['default'], actions: [{ ...mail, emails: ['a@example.com'] }, slack] });
    expect((await app.deploy()).changing, ['DeleteAlarms'], 'changing calls');
    await read('sns', 'ConfirmSubscription', { TopicArn: topic('team'), Token: 'b@example.com' });
    expect((await app.deploy()).changing, ['Unsubscribe'], 'changing calls');
  });

  await check.case('alerts: none any more, everything goes, and the mark after it', async () => {
    app.configure({});
    await app.deploy();
    const all = await leftOf(bench, 'watched');
    expect(
      all.filter((one) => /alarm|topic|subscription/i.test(one)),
      [],
      'left',
    );
    expect(
      (await statements()).map(({ Sid }) => Sid),
      ['up-staging-api'],
      'permissions',
    );
    const { Tags } = await read('lambda', 'GetFunction', { FunctionName: 'watched' });
    expect(Tags, { 'up:app': 'watched' }, 'tags of the function');
  });

  await check.case('alerts: up delete takes alarms and topics with it', async () => {
    app.configure({ alerts: 'default', actions: [mail] });
    await app.deploy();
    const { changing } = await app.run(['delete', '-y']);
    require(changing.includes('DeleteAlarms') && changing.includes('DeleteTopic'), `changing calls: ${changing}`);
    expect(await leftOf(bench, 'watched'), [], 'left');
  });

  async function statements() {
    const { Policy } = await read('lambda', 'GetPolicy', { FunctionName: 'watched', Qualifier: 'staging' });
    return JSON.parse(Policy).Statement;
  }
}
