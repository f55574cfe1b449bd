/** CloudWatch's clients speak three wire formats: JavaScript JSON, Go CBOR, older ones forms. Each is its own oracle. */
import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../../local/aws/wire/cbor.ts';
import { countInvocation } from '../../local/metrics/invocations.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { signedHeaders } from '../support/signature.ts';

const noon = Date.UTC(2026, 10, 26, 12);
let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform({ clock: () => noon });
});
afterEach(() => platform.stop());

const protocols: readonly [string, NonNullable<CloudWatchClientConfig['protocol']>][] = [
  ['JSON', AwsJson1_0Protocol],
  ['CBOR', AwsSmithyRpcV2CborProtocol],
  ['forms and XML', AwsQueryProtocol],
];

describe.each(protocols)('a client that speaks %s', (_, protocol) => {
  let client: CloudWatchClient;
  beforeEach(() => {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    client = new CloudWatchClient({
      endpoint: platform.url,
      region: 'us-east-1',
      credentials,
      protocol,
      maxAttempts: 1,
    });
  });
  afterEach(() => client.destroy());

  const put = (AlarmName: string) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: [{ Name: 'FunctionName', Value: 'app' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 300,
        Threshold: 0.5,
        ComparisonOperator: 'GreaterThanThreshold',
        ActionsEnabled: false,
      }),
    );

  test('makes alarms and reads them, page by page', async () => {
    await put('one');
    await put('tür');
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1 }));
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1, NextToken: first.NextToken }));
    expect(first.MetricAlarms).toMatchObject([
      { AlarmName: 'one', Threshold: 0.5, EvaluationPeriods: 300, ActionsEnabled: false, Statistic: 'Sum' },
    ]);
    expect(first.MetricAlarms?.[0]?.StateUpdatedTimestamp).toEqual(new Date(noon));
    expect(first.MetricAlarms?.[0]?.Dimensions).toEqual([{ Name: 'FunctionName', Value: 'app' }]);
    expect(second.MetricAlarms).toMatchObject([{ AlarmName: 'tür' }]);
    expect(second.NextToken).toBeUndefined();
  });

  test('reads the history of an alarm between two times', async () => {
    await put('one');
    const history = async (StartDate: Date) =>
      (await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'one', StartDate }))).AlarmHistoryItems;
    expect(await history(new Date(noon))).toMatchObject([{ Timestamp: new Date(noon), AlarmName: 'one' }]);
    expect(await history(new Date(noon + 1000))).toEqual([]);
  });

  test('reads metrics', async () => {
    countInvocation(platform.metrics, { functionName: 'app', qualifier: 'live', executedVersion: '7' }, false);
    const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: [] };
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
        StartTime: new Date(noon - 3_600_000),
        EndTime: new Date(noon + 3_600_000),
      }),
    );
    expect(MetricDataResults).toEqual([
      { Id: 'a', Label: 'Invocations', Timestamps: [new Date(noon)], Values: [1], StatusCode: 'Complete' },
    ]);
  });

  test('knows an error by its class', async () => {
    const set = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'by hand' });
    const error = await client.send(set).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResourceNotFound);
    expect((error as Error).message).toBe('Unknown alarm: none');
  });
});

describe('CBOR', () => {
  const never = () => false;

  test.each([
    0,
    23,
    24,
    255,
    256,
    65_536,
    4_294_967_296,
    -1,
    -300,
    0.5,
    1e300,
    true,
    false,
    null,
    '',
    'tür',
    'x'.repeat(300),
    [],
    [1, [2]],
    { a: { b: ['c'] } },
  ])('says %j and reads it', (value) => {
    expect(decodeCbor(encodeCbor(value, never))).toEqual(value);
  });

  test('leaves out what is undefined', () => {
    expect(decodeCbor(encodeCbor({ a: undefined, b: 1 }, never))).toEqual({ b: 1 });
  });

  // https://www.rfc-editor.org/rfc/rfc8949#appendix-A
  test.each([
    ['f93c00', 1],
    ['f90001', 2 ** -24],
    ['f9c400', -4],
    ['fa47c35000', 100_000],
    ['c11a514b67b0', 1_363_896_240],
    ['9f0102ff', [1, 2]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
  ])('reads %s of the standard', (hex, value) => {
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
  });

  test.each([
    '',
    '18',
    '62c3',
    'ff',
    '1f',
    '9f01',
    '81ff',
    '0101',
    '1c',
    'f8',
    '5b7fffffffffffffff',
    '9bffffffffffffffff',
  ])('refuses %j', (hex) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow('The request body is not CBOR');
  });

  test('is refused in CBOR when it is none', async () => {
    const response = await fetch(`${platform.url}/service/GraniteServiceVersion20100801/operation/DescribeAlarms`, {
      method: 'POST',
      headers: { ...signedHeaders('monitoring'), 'smithy-protocol': 'rpc-v2-cbor' },
      body: Buffer.alloc(100_000, 0x81),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    expect(decodeCbor(Buffer.from(await response.arrayBuffer()))).toEqual({
      __type: 'SerializationException',
      message: 'The request body is not CBOR',
    });
  });
});
