/**
 * CloudWatch Logs of the local platform, by the client of the SDK: each operation, its limits and its errors. One file,
 * as the service is one table of operations.
 */
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateFilterLogEvents,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const logGroupName = '/aws/lambda/app';
const logStreamName = '2026/01/01/[1]abc';
const arn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;

let platform: Platform;
let now = 0;
beforeEach(async () => {
  platform = await startPlatform();
  now = Date.now();
});
afterEach(() => platform.stop());

async function createGroup(): Promise<void> {
  await platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName, tags: { up: 'yes' } }));
  await platform.cloudwatch.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
}

function put(messages: string[], start = now) {
  const logEvents = messages.map((message, index) => ({ message, timestamp: start + index }));
  return platform.cloudwatch.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

async function filter(input: object = {}): Promise<string[]> {
  const { events = [] } = await platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupName, ...input }));
  return events.map(({ message }) => message ?? '');
}

const noGroup = {
  name: 'ResourceNotFoundException',
  message: 'The specified log group does not exist.',
  $metadata: { httpStatusCode: 400 },
};

describe('groups', () => {
  test('are created once and described', async () => {
    await createGroup();
    await expect(platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
      $metadata: { httpStatusCode: 400 },
    });
    const { logGroups } = await platform.cloudwatch.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws' }));
    expect(logGroups).toMatchObject([{ logGroupName, arn: `${arn}:*`, logGroupArn: arn, storedBytes: 0 }]);
    expect(logGroups?.[0]?.retentionInDays).toBeUndefined();
  });

  test('are described by prefix and by pattern, in pages', async () => {
    for (const name of ['/b', '/a', '/c/App'])
      await platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName: name }));
    const describeGroups = async (input: object) => {
      const { logGroups, nextToken } = await platform.cloudwatch.send(new DescribeLogGroupsCommand(input));
      return { names: logGroups?.map((group) => group.logGroupName), nextToken };
    };
    expect((await describeGroups({})).names).toEqual(['/a', '/b', '/c/App']);
    expect((await describeGroups({ logGroupNamePattern: 'app' })).names).toEqual(['/c/App']);
    const first = await describeGroups({ limit: 2 });
    expect((await describeGroups({ limit: 2, nextToken: first.nextToken })).names).toEqual(['/c/App']);
    await expect(describeGroups({ limit: 51 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(describeGroups({ nextToken: '%' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('that a function has written to exist without being created', async () => {
    platform.logs.put(logGroupName, 's', [{ timestamp: now, message: 'x' }]);
    const { logGroups } = await platform.cloudwatch.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toMatchObject([{ logGroupName }]);
    await expect(platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await platform.cloudwatch.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
    await platform.cloudwatch.send(new DeleteLogGroupCommand({ logGroupName }));
    await expect(filter()).rejects.toMatchObject(noGroup);
  });

  test('have a retention among those AWS offers', async () => {
    await createGroup();
    const retention = async () =>
      (await platform.cloudwatch.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays;
    await platform.cloudwatch.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 14 }));
    expect(await retention()).toBe(14);
    const odd = new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 });
    await expect(platform.cloudwatch.send(odd)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await platform.cloudwatch.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    expect(await retention()).toBeUndefined();
    const none = new PutRetentionPolicyCommand({ logGroupName: 'none', retentionInDays: 7 });
    await expect(platform.cloudwatch.send(none)).rejects.toMatchObject(noGroup);
  });

  test('take their events with them when they are deleted', async () => {
    await createGroup();
    await put(['x']);
    await platform.cloudwatch.send(new DeleteLogGroupCommand({ logGroupName }));
    await expect(platform.cloudwatch.send(new DeleteLogGroupCommand({ logGroupName }))).rejects.toMatchObject(noGroup);
    await createGroup();
    expect(await filter()).toEqual([]);
  });

  test('have tags, by ARN', async () => {
    await createGroup();
    await platform.cloudwatch.send(new TagResourceCommand({ resourceArn: arn, tags: { a: '1', b: '2' } }));
    await platform.cloudwatch.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['a'] }));
    const { tags } = await platform.cloudwatch.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(tags).toEqual({ up: 'yes', b: '2' });
    const bad = new ListTagsForResourceCommand({ resourceArn: 'arn:aws:s3:::x' });
    await expect(platform.cloudwatch.send(bad)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('with a bad name are refused', async () => {
    const bad = new CreateLogGroupCommand({ logGroupName: 'a b' });
    await expect(platform.cloudwatch.send(bad)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('streams', () => {
  test('are created once and described with their times', async () => {
    await createGroup();
    await expect(
      platform.cloudwatch.send(new CreateLogStreamCommand({ logGroupName, logStreamName })),
    ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await put(['a', 'b']);
    const { logStreams } = await platform.cloudwatch.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toMatchObject([
      {
        logStreamName,
        firstEventTimestamp: now,
        lastEventTimestamp: now + 1,
        arn: `${arn}:log-stream:${logStreamName}`,
      },
    ]);
  });

  test('are ordered by name or by last event, and limited', async () => {
    for (const [stream, time] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const)
      platform.logs.put(logGroupName, stream, [{ timestamp: time, message: 'x' }]);
    const names = async (input: object) => {
      const { logStreams } = await platform.cloudwatch.send(new DescribeLogStreamsCommand({ logGroupName, ...input }));
      return logStreams?.map((stream) => stream.logStreamName).join('');
    };
    expect(await names({})).toBe('abc');
    expect(await names({ descending: true })).toBe('cba');
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toBe('acb');
    expect(await names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toBe('a');
    expect(await names({ logStreamNamePrefix: 'b' })).toBe('b');
    await expect(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'b' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('PutLogEvents', () => {
  const day = 86_400_000;

  test('needs a stream, order and time in range', async () => {
    await createGroup();
    const send = (input: object) =>
      platform.cloudwatch.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [], ...input }));
    await expect(send({ logStreamName: 'none', logEvents: [{ message: 'x', timestamp: now }] })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
    await expect(send({})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const backwards = [
      { message: 'x', timestamp: now },
      { message: 'y', timestamp: now - 1 },
    ];
    await expect(send({ logEvents: backwards })).rejects.toMatchObject({
      message: expect.stringContaining('chronological'),
    });
    const at = (...times: number[]) => times.map((timestamp) => ({ message: `${timestamp}`, timestamp }));
    const rejected = async (...times: number[]) => (await send({ logEvents: at(...times) })).rejectedLogEventsInfo;
    expect(await rejected(now - 15 * day)).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(await rejected(now, now + 3 * 3_600_000)).toEqual({ tooNewLogEventStartIndex: 1 });
    await expect(rejected(now - day - 1, now)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    });
    expect(await filter()).toEqual([`${now}`]);
  });

  test('keeps nothing that is older than the retention', async () => {
    await createGroup();
    await platform.cloudwatch.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3 }));
    const logEvents = [now - 3 * day - 1, now - 2 * day - 2].map((timestamp) => ({
      message: `${timestamp}`,
      timestamp,
    }));
    const { rejectedLogEventsInfo } = await platform.cloudwatch.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }),
    );
    expect(rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect(await filter()).toEqual([`${now - 2 * day - 2}`]);
  });
});

describe('FilterLogEvents', () => {
  test('gives events with ids, stream and both times', async () => {
    await createGroup();
    await put(['a', 'b']);
    const { events } = await platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupIdentifier: arn }));
    expect(events).toMatchObject([
      { message: 'a', timestamp: now, logStreamName },
      { message: 'b', timestamp: now + 1, logStreamName },
    ]);
    expect(events?.[0]?.ingestionTime).toBeGreaterThanOrEqual(now);
    expect(new Set(events?.map(({ eventId }) => eventId)).size).toBe(2);
  });

  test('filters by pattern, time and stream', async () => {
    await createGroup();
    await put(['{"level":"info"}', '{"level":"error"}', 'plain error']);
    expect(await filter({ filterPattern: '{ $.level = "error" }' })).toEqual(['{"level":"error"}']);
    expect(await filter({ filterPattern: 'error' })).toHaveLength(2);
    expect(await filter({ startTime: now + 1, endTime: now + 1 })).toEqual(['{"level":"error"}']);
    expect(await filter({ logStreamNames: [logStreamName] })).toHaveLength(3);
    expect(await filter({ logStreamNamePrefix: '2027' })).toEqual([]);
  });

  test('gives the newest first on request', async () => {
    await createGroup();
    await put(['a', 'b', 'c']);
    expect(await filter({ startFromHead: false, startTime: now, limit: 2 })).toEqual(['c', 'b']);
    await expect(filter({ startFromHead: false })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('comes in pages, some of them empty', async () => {
    await createGroup();
    await put(Array.from({ length: 25 }, (_, index) => `m${index}`));
    const seen: string[] = [];
    for await (const { events } of paginateFilterLogEvents(
      { client: platform.cloudwatch, pageSize: 10 },
      { logGroupName },
    ))
      seen.push(...(events ?? []).map(({ message }) => message ?? ''));
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `m${index}`));
  });

  test.each([
    ['a bad pattern', { filterPattern: '{ $.a = }' }, 'InvalidParameterException'],
    ['a bad token', { nextToken: 'x' }, 'InvalidParameterException'],
    ['a limit of 0', { limit: 0 }, 'InvalidParameterException'],
    ['times in the wrong order', { startTime: 2, endTime: 1 }, 'InvalidParameterException'],
    ['names and a prefix', { logStreamNames: ['a'], logStreamNamePrefix: 'a' }, 'InvalidParameterException'],
    ['a name and an identifier', { logGroupIdentifier: logGroupName }, 'InvalidParameterException'],
    ['a stream that does not exist', { logStreamNames: ['none'] }, 'ResourceNotFoundException'],
    ['a group that does not exist', { logGroupName: 'none' }, 'ResourceNotFoundException'],
  ])('refuses %s', async (_, input, name) => {
    await createGroup();
    await expect(filter(input)).rejects.toMatchObject({ name });
  });
});

describe('GetLogEvents', () => {
  async function get(input: object = {}) {
    const answer = await platform.cloudwatch.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...input }));
    return { ...answer, text: answer.events?.map(({ message }) => message).join('') };
  }

  test('walks forward until the token repeats', async () => {
    await createGroup();
    await put(['a', 'b', 'c']);
    const first = await get({ startFromHead: true, limit: 2 });
    const second = await get({ limit: 2, nextToken: first.nextForwardToken });
    const third = await get({ limit: 2, nextToken: second.nextForwardToken });
    expect([first.text, second.text, third.text]).toEqual(['ab', 'c', '']);
    expect(third.nextForwardToken).toBe(second.nextForwardToken);
    await put(['d'], now + 10);
    expect((await get({ nextToken: third.nextForwardToken })).text).toBe('d');
  });

  test('begins at the tail and walks backward', async () => {
    await createGroup();
    await put(['a', 'b', 'c']);
    const last = await get({ limit: 2 });
    const before = await get({ limit: 2, nextToken: last.nextBackwardToken });
    const none = await get({ limit: 2, nextToken: before.nextBackwardToken });
    expect([last.text, before.text, none.text]).toEqual(['bc', 'a', '']);
    expect((await get({ nextToken: before.nextForwardToken })).text).toBe('bc');
  });

  test('leaves out the end time and refuses a bad token', async () => {
    await createGroup();
    await put(['a', 'b', 'c']);
    expect((await get({ startTime: now, endTime: now + 2 })).text).toBe('ab');
    await expect(get({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(get({ logStreamName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('groups, streams and events survive a restart', async () => {
  await createGroup();
  await put(['a', 'b']);
  await platform.cloudwatch.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
  const before = await platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupName }));
  platform = await platform.restart();
  const after = await platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupName }));
  expect(after.events).toEqual(before.events);
  expect((await platform.cloudwatch.send(new DescribeLogGroupsCommand({}))).logGroups).toMatchObject([
    { retentionInDays: 30 },
  ]);
});
