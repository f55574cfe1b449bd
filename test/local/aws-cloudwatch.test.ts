import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Counted, countAnswer } from '../../local/metrics/answers.ts';
import { countInvocation, countThrottle } from '../../local/metrics/invocations.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const noon = Date.UTC(2026, 10, 26, 12);
const minute = 60_000;
let now: number;
let platform: Platform;
beforeEach(async () => {
  now = noon;
  platform = await startPlatform({ clock: () => now });
});
afterEach(() => platform.stop());

/** `count` invocations of version 7 by the alias `staging`. */
function invoke(count: number, failed = false): void {
  const counted = { functionName: 'app', qualifier: 'staging', executedVersion: '7' };
  for (let n = 0; n < count; n++) countInvocation(platform.metrics, counted, failed);
}

type Dimensions = Readonly<Record<string, string>>;

function query(Id: string, MetricName: string, dimensions: Dimensions = {}, more: object = {}): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum', ...more },
  };
}

async function ask(queries: MetricDataQuery[], more: object = {}) {
  const range = { StartTime: new Date(noon - 60 * minute), EndTime: new Date(noon + 60 * minute) };
  return platform.monitoring.send(new GetMetricDataCommand({ MetricDataQueries: queries, ...range, ...more }));
}

async function values(...queries: MetricDataQuery[]) {
  const { MetricDataResults = [] } = await ask(queries);
  return Object.fromEntries(MetricDataResults.map(({ Id, Values }) => [Id, Values]));
}

describe('answers are counted', () => {
  const ofApi: Counted = { kind: 'api', apiId: 'api1' };
  const ofUrl: Counted = { kind: 'url', functionName: 'app', qualifier: 'staging' };

  test.each<[string, Counted, string, string[], Dimensions]>([
    ['of an API', ofApi, 'AWS/ApiGateway', ['Count', '4xx', '5xx', 'Latency'], { ApiId: 'api1' }],
    [
      'of a Function URL, by alias',
      ofUrl,
      'AWS/Lambda',
      ['UrlRequestCount', 'Url4xxCount', 'Url5xxCount', 'UrlRequestLatency'],
      { FunctionName: 'app', Resource: 'app:staging' },
    ],
  ])('%s', async (_, counted, Namespace, [count = '', client = '', server = '', latency = ''], dimensions) => {
    for (const [status, ms] of [
      [200, 10],
      [404, 20],
      [500, 30],
      [503, 40],
    ] as const)
      countAnswer(platform.metrics, counted, { status, latency: ms });
    const asked = (id: string, name: string, Stat = 'Sum'): MetricDataQuery => {
      const { MetricStat } = query(id, name, dimensions, { Stat });
      return { Id: id, MetricStat: { ...MetricStat, Metric: { ...MetricStat?.Metric, Namespace } } as never };
    };
    expect(
      await values(
        asked('count', count),
        asked('client', client),
        asked('server', server),
        asked('median', latency, 'p50'),
        asked('slowest', latency, 'p99.9'),
      ),
    ).toEqual({ count: [4], client: [1], server: [2], median: [20], slowest: [40] });
  });
});

describe('invocations are counted', () => {
  const byVersion = { FunctionName: 'app', Resource: 'app:staging', ExecutedVersion: '7' };

  test.each<[title: string, dimensions: Dimensions]>([
    ['over the account', {}],
    ['by function', { FunctionName: 'app' }],
    ['by alias', { FunctionName: 'app', Resource: 'app:staging' }],
    ['by the version that an alias led to', byVersion],
  ])('%s', async (_title, dimensions) => {
    invoke(3);
    invoke(1, true);
    expect(
      await values(query('invocations', 'Invocations', dimensions), query('errors', 'Errors', dimensions)),
    ).toEqual({ invocations: [4], errors: [1] });
  });

  test('by version, where no alias led there', async () => {
    countInvocation(platform.metrics, { functionName: 'app', qualifier: '7', executedVersion: '7' }, false);
    expect(
      await values(
        query('version', 'Invocations', { FunctionName: 'app', Resource: 'app:7' }),
        query('executed', 'Invocations', { FunctionName: 'app', Resource: 'app:7', ExecutedVersion: '7' }),
      ),
    ).toEqual({ version: [1], executed: [] });
  });

  test('without an error as an Errors of 0, which is no missing datapoint', async () => {
    invoke(1);
    expect(await values(query('errors', 'Errors', byVersion))).toEqual({ errors: [0] });
  });

  test('only when they ran: one that was refused is a throttle', async () => {
    countThrottle(platform.metrics, { functionName: 'app', qualifier: 'staging', executedVersion: '7' });
    expect(
      await values(query('invocations', 'Invocations', byVersion), query('throttles', 'Throttles', byVersion)),
    ).toEqual({ invocations: [], throttles: [1] });
  });
});

describe('GetMetricData', () => {
  test('gives one value for each minute in which something was put, newest first', async () => {
    invoke(1);
    now += 2 * minute;
    invoke(5);
    const { MetricDataResults: results } = await ask([query('a', 'Invocations')]);
    expect(results).toEqual([
      {
        Id: 'a',
        Label: 'Invocations',
        StatusCode: 'Complete',
        Timestamps: [new Date(noon + 2 * minute), new Date(noon)],
        Values: [5, 1],
      },
    ]);
    const oldestFirst = await ask([query('a', 'Invocations')], { ScanBy: 'TimestampAscending' });
    expect(oldestFirst.MetricDataResults?.[0]?.Values).toEqual([1, 5]);
  });

  test('adds up longer periods', async () => {
    invoke(1);
    now += 4 * minute;
    invoke(2);
    expect(await values(query('a', 'Invocations', {}, { Period: 300 }))).toEqual({ a: [3] });
  });

  test.each([
    ['Sum', 1],
    ['SampleCount', 4],
    ['Average', 0.25],
    ['Minimum', 0],
    ['Maximum', 1],
  ])('knows the statistic %s', async (Stat, value) => {
    invoke(3);
    invoke(1, true);
    expect(await values(query('a', 'Errors', {}, { Stat }))).toEqual({ a: [value] });
  });

  test('looks at the minutes of the range alone, its end excluded', async () => {
    for (let n = 0; n < 3; n++, now += minute) invoke(n + 1);
    const range = { StartTime: new Date(noon + minute), EndTime: new Date(noon + 2 * minute) };
    const { MetricDataResults } = await ask([query('a', 'Invocations')], range);
    expect(MetricDataResults?.[0]?.Values).toEqual([2]);
  });

  test('gives large answers in pages', async () => {
    for (let n = 0; n < 3; n++, now += minute) invoke(n + 1);
    const queries = [query('a', 'Invocations'), query('b', 'Errors')];
    const first = await ask(queries, { MaxDatapoints: 4 });
    expect(first.MetricDataResults?.map(({ Values, StatusCode }) => [Values, StatusCode])).toEqual([
      [[3, 2, 1], 'PartialData'],
      [[0], 'PartialData'],
    ]);
    const second = await ask(queries, { MaxDatapoints: 4, NextToken: first.NextToken });
    expect(second.MetricDataResults?.map(({ Values }) => Values)).toEqual([[], [0, 0]]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each<[title: string, queries: MetricDataQuery[], more: object]>([
    ['an id that is none', [query('A', 'Errors')], {}],
    ['the same id twice', [query('a', 'Errors'), query('a', 'Invocations')], {}],
    ['no query', [], {}],
    ['a period that is no whole minute', [query('a', 'Errors', {}, { Period: 90 })], {}],
    ['a statistic it does not have', [query('a', 'Errors', {}, { Stat: 'median' })], {}],
    ['an expression, which it does not evaluate', [{ Id: 'a', Expression: 'b * 100' }], {}],
    ['a range that ends before it begins', [query('a', 'Errors')], { StartTime: new Date(noon + 99 * minute) }],
  ])('refuses %s', async (_title, queries, more) => {
    await expect(ask(queries, more)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
