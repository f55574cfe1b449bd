/** Logs, CloudWatch, Systems Manager, EventBridge Scheduler and STS. */

const tag = { Key: 'a', Value: '1' };

export const logs = (c) => {
  const logGroupName = `/check/${c.name}`;
  const stream = { logGroupName, logStreamName: 'one' };
  const resourceArn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;
  return [
    ['CreateLogGroup', { logGroupName }],
    ['DescribeLogGroups', { logGroupNamePrefix: logGroupName }, (out) => out.logGroups.length === 1],
    ['PutRetentionPolicy', { logGroupName, retentionInDays: 7 }],
    ['DeleteRetentionPolicy', { logGroupName }],
    ['CreateLogStream', stream],
    ['PutLogEvents', { ...stream, logEvents: [{ timestamp: Date.now(), message: 'hello' }] }],
    ['DescribeLogStreams', { logGroupName }, (out) => out.logStreams.length === 1],
    ['GetLogEvents', { ...stream, startFromHead: true }, (out) => out.events[0].message === 'hello'],
    ['FilterLogEvents', { logGroupName, filterPattern: 'hello' }, (out) => out.events.length === 1],
    ['TagResource', { resourceArn, tags: { a: '1' } }],
    ['ListTagsForResource', { resourceArn }, (out) => out.tags.a === '1'],
    ['UntagResource', { resourceArn, tagKeys: ['a'] }],
    ['DeleteLogGroup', { logGroupName }],
  ];
};

export const cloudwatch = (c) => {
  const Dimensions = [{ Name: 'FunctionName', Value: c.name }];
  const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions };
  const query = {
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
    StartTime: { $date: new Date(Date.now() - 600_000).toISOString() },
    EndTime: { $date: new Date(Date.now() + 600_000).toISOString() },
  };
  const AlarmName = c.name;
  const AlarmNames = [AlarmName];
  const arn = () => ({ ResourceARN: c.alarm });
  const limits = { Period: 60, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' };
  const alarm = { AlarmName, Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions, Statistic: 'Sum', ...limits };
  return [
    ['GetMetricData', query, (out) => out.MetricDataResults[0].Values[0] === 1],
    ['PutMetricAlarm', alarm],
    [
      'DescribeAlarms',
      { AlarmNames },
      (out) => {
        c.alarm = out.MetricAlarms[0].AlarmArn;
        return out.MetricAlarms[0].Threshold === 0;
      },
    ],
    ['DisableAlarmActions', { AlarmNames }],
    ['EnableAlarmActions', { AlarmNames }],
    ['SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'a check' }],
    ['DescribeAlarmHistory', { AlarmName }, (out) => out.AlarmHistoryItems.length > 0],
    ['TagResource', () => ({ ...arn(), Tags: [tag] })],
    ['ListTagsForResource', arn, (out) => out.Tags.length === 1],
    ['UntagResource', () => ({ ...arn(), TagKeys: ['a'] })],
    ['DeleteAlarms', { AlarmNames }],
  ];
};

export const sns = (c) => {
  const topic = () => ({ TopicArn: c.topic });
  const subscription = () => ({ SubscriptionArn: c.subscription });
  const resource = () => ({ ResourceArn: c.topic });
  const raw = { AttributeName: 'RawMessageDelivery', AttributeValue: 'false' };
  return [
    [
      'CreateTopic',
      { Name: c.name },
      (out) => {
        c.topic = out.TopicArn;
        return c.topic.endsWith(`:${c.name}`);
      },
    ],
    ['GetTopicAttributes', topic, (out) => out.Attributes.Owner === '000000000000'],
    ['SetTopicAttributes', () => ({ ...topic(), AttributeName: 'DisplayName', AttributeValue: 'Check' })],
    ['ListTopics', {}, (out) => out.Topics.some(({ TopicArn }) => TopicArn === c.topic)],
    [
      'Subscribe',
      () => ({ ...topic(), Protocol: 'sms', Endpoint: '+12505550123', ReturnSubscriptionArn: true }),
      (out) => {
        c.subscription = out.SubscriptionArn;
        return c.subscription.startsWith(c.topic);
      },
    ],
    [
      'ListSubscriptions',
      {},
      (out) => out.Subscriptions.some(({ SubscriptionArn }) => SubscriptionArn === c.subscription),
    ],
    ['ListSubscriptionsByTopic', topic, (out) => out.Subscriptions.length === 1],
    ['SetSubscriptionAttributes', () => ({ ...subscription(), ...raw })],
    ['GetSubscriptionAttributes', subscription, (out) => out.Attributes.Protocol === 'sms'],
    ['Publish', () => ({ ...topic(), Message: 'hello' }), (out) => out.MessageId.length > 0],
    ['TagResource', () => ({ ...resource(), Tags: [tag] })],
    ['ListTagsForResource', resource, (out) => out.Tags.length === 1],
    ['UntagResource', () => ({ ...resource(), TagKeys: ['a'] })],
    ['Unsubscribe', subscription],
    [
      'Subscribe',
      () => ({ ...topic(), Protocol: 'email', Endpoint: 'check@example.com', ReturnSubscriptionArn: true }),
    ],
    [
      'ConfirmSubscription',
      async () => ({ ...topic(), Token: await c.token() }),
      (out) => out.SubscriptionArn.length > 0,
    ],
    ['DeleteTopic', topic],
  ];
};

export const ssm = (c) => {
  const Name = `/${c.name}/one`;
  const resource = { ResourceType: 'Parameter', ResourceId: Name };
  return [
    ['PutParameter', { Name, Value: 'secret', Type: 'SecureString' }, (out) => out.Version === 1],
    ['GetParameter', { Name, WithDecryption: true }, (out) => out.Parameter.Value === 'secret'],
    ['GetParameters', { Names: [Name, '/none'] }, (out) => out.InvalidParameters[0] === '/none'],
    ['GetParametersByPath', { Path: `/${c.name}` }, (out) => out.Parameters.length === 1],
    ['GetParameterHistory', { Name }, (out) => out.Parameters.length === 1],
    ['DescribeParameters', {}, (out) => out.Parameters.some((one) => one.Name === Name)],
    ['AddTagsToResource', { ...resource, Tags: [tag] }],
    ['ListTagsForResource', resource, (out) => out.TagList.length === 1],
    ['RemoveTagsFromResource', { ...resource, TagKeys: ['a'] }],
    ['DeleteParameter', { Name }],
    ['PutParameter', { Name, Value: 'again', Type: 'String' }],
    ['DeleteParameters', { Names: [Name] }, (out) => out.DeletedParameters[0] === Name],
  ];
};

export const scheduler = (c) => {
  const Name = c.name;
  const schedule = () => ({
    Name,
    GroupName: c.name,
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    StartDate: { $date: new Date(Date.now() + 3_600_000).toISOString() },
    Target: { Arn: c.arn, RoleArn: c.role },
  });
  const ResourceArn = `arn:aws:scheduler:us-east-1:000000000000:schedule-group/${c.name}`;
  return [
    ['CreateScheduleGroup', { Name }],
    ['GetScheduleGroup', { Name }, (out) => out.State === 'ACTIVE'],
    ['ListScheduleGroups', {}, (out) => out.ScheduleGroups.some((group) => group.Name === Name)],
    ['CreateSchedule', schedule],
    ['GetSchedule', { Name, GroupName: c.name }, (out) => out.State === 'ENABLED'],
    ['UpdateSchedule', () => ({ ...schedule(), State: 'DISABLED' })],
    ['ListSchedules', { GroupName: c.name }, (out) => out.Schedules[0].State === 'DISABLED'],
    ['TagResource', { ResourceArn, Tags: [tag] }],
    ['ListTagsForResource', { ResourceArn }, (out) => out.Tags.length === 1],
    ['UntagResource', { ResourceArn, TagKeys: ['a'] }],
    ['DeleteSchedule', { Name, GroupName: c.name }],
    ['DeleteScheduleGroup', { Name }],
  ];
};

export const sts = () => [['GetCallerIdentity', {}, (out) => out.Account === '000000000000']];
