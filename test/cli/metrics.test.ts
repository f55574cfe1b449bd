/**
 * `up metrics`: a recorded load of known numbers is shown as exactly those numbers; what is shown fits a terminal. One
 * file, because all of its figures are those of the one load at its top.
 */
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSession, type Session } from '../../cli/aws/session.ts';
import { assumedIn, costOf, perMonth } from '../../cli/metrics/cost.ts';
import { countLoad, countSlots } from '../../cli/metrics/count.ts';
import type { Range, Report, Request } from '../../cli/metrics/model.ts';
import { type Asked, readCounted, readLoad } from '../../cli/metrics/read.ts';
import { dollars, renderMetrics } from '../../cli/metrics/render.ts';
import { type Metrics, toJson, toMetrics } from '../../cli/metrics/report.ts';
import { spark } from '../../cli/metrics/spark.ts';
import { countInvocation, countThrottle } from '../../local/metrics/invocations.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 10, 26, 12);
const range: Range = { since: noon - 24 * hour, until: noon, slots: 24 };
const stages: Readonly<Record<string, string>> = { 7: 'staging', 8: 'staging', 9: 'production' };
const asked: Asked = { app: 'shop', stage: 'staging', range, stageOf: (version) => stages[version] };

interface Recorded {
  readonly at: number;
  readonly version: string;
  readonly lines: readonly string[];
}

/** What one request leaves in the log: the record of the proxy, and Lambda's own lines. */
function recorded(version: string, at: number, request: Partial<Request> & { id: string }, report = ''): Recorded {
  const { id, duration = 10, status = 200, size = 1_000, cold = false } = request;
  const about = { app: 'shop', stage: stages[version], version, commit: 'abc1234' };
  const fields = { ...about, request_id: id, method: 'GET', path: '/', query: '', ip: '192.0.2.1' };
  const record = { level: 'info', message: 'response', fields: { ...fields, status, duration, size, cold } };
  const usual = `Duration: ${duration}.00 ms\tBilled Duration: ${duration} ms\tMemory Size: 1024 MB\tMax Memory Used: 90 MB\t`;
  return {
    at,
    version,
    lines: [
      JSON.stringify({ timestamp: new Date(at).toISOString(), ...record }),
      `REPORT RequestId: ${id}\t${report || usual}`,
    ],
  };
}

/**
 * Staging: 100 requests of v7 that take 1 to 100 ms, one an hour at first, two of them 500, three of them 404; v8 with a
 * cold start, a timeout without an answer and a warm ping. Production, the day before, a probe,
 * and what the app logs by the same name: not to be counted.
 */
function load(): Recorded[] {
  const many = Array.from({ length: 100 }, (_, index) => {
    const status = index < 2 ? 500 : index < 5 ? 404 : 200;
    const at = index < 20 ? noon - 20 * hour + index * hour + 1 : noon - 1_000 + index;
    return recorded('7', at, { id: `v7-${index}`, duration: index + 1, status });
  });
  const cold = `Duration: 400.00 ms\tBilled Duration: 650 ms\tMemory Size: 1024 MB\tMax Memory Used: 120 MB\tInit Duration: 250.00 ms\t`;
  const lost = `Duration: 30000.00 ms\tBilled Duration: 30000 ms\tMemory Size: 1024 MB\tMax Memory Used: 100 MB\tStatus: timeout`;
  const [, ping = ''] = recorded('8', noon - 300, { id: 'ping', duration: 5 }).lines;
  const probe = recorded('8', noon - 400, { id: 'probe' }).lines[0]?.replace('"cold"', '"probe":true,"cold"') ?? '';
  const ofApp = recorded('8', noon - 250, { id: 'its-own', status: 500 }).lines[0]?.replace(',"cold":false', '') ?? '';
  return [
    ...many,
    recorded('8', noon - 500, { id: 'v8-cold', duration: 400, cold: true, size: 600 * 1024 }, cold),
    { at: noon - 450, version: '8', lines: [probe] },
    { at: noon - 350, version: '8', lines: [`REPORT RequestId: v8-lost\t${lost}`] },
    { at: noon - 300, version: '8', lines: [ping] },
    { at: noon - 250, version: '8', lines: [ofApp] },
    recorded('9', noon - 200, { id: 'v9', duration: 5_000, status: 500 }),
    recorded('7', noon - 25 * hour, { id: 'old', duration: 5_000, status: 500 }),
  ];
}

async function record(platform: Platform, all: readonly Recorded[]): Promise<void> {
  const logGroupName = '/aws/lambda/shop';
  await platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName }));
  for (const version of Object.keys(stages)) {
    const logStreamName = `2026/11/26/[${version}]d3adbeef`;
    const own = all.filter((one) => one.version === version).sort((a, b) => a.at - b.at);
    const toEvents = (some: Recorded[]) =>
      some.flatMap(({ at, lines }) => lines.map((message) => ({ timestamp: at, message })));
    await platform.cloudwatch.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    // A batch may span a day.
    for (const part of [own.filter(({ at }) => at < range.since), own.filter(({ at }) => at >= range.since)])
      if (part.length > 0)
        await platform.cloudwatch.send(
          new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: toEvents(part) }),
        );
  }
}

describe('a recorded load of known numbers', () => {
  let platform: Platform;
  let session: Session;
  let metrics: Metrics;

  beforeAll(async () => {
    platform = await startPlatform({ clock: () => noon });
    session = createSession({
      env: {},
      region: undefined,
      profile: undefined,
      config: { regions: [] },
      localUrl: platform.url,
    });
    await record(platform, load());
    const counted = { functionName: 'shop', qualifier: 'staging', executedVersion: '7' };
    for (let n = 0; n < 101; n++) countInvocation(platform.metrics, counted, false);
    for (let n = 0; n < 4; n++) countThrottle(platform.metrics, counted);
    countThrottle(platform.metrics, { ...counted, qualifier: 'production' });
    const seen = await readCounted(session, asked, noon);
    const release = { commit: 'abc1234', author: 'Ada', message: '', created: 0, size: 1, sha256: '', live: [] };
    const releases = [
      { ...release, version: '7', stage: 'staging', architecture: 'x86_64' as const },
      { ...release, version: '8', stage: 'staging', architecture: 'arm64' as const },
    ];
    const about = { app: 'shop', stage: 'staging', region: 'us-east-1', front: 'http_api' as const, releases };
    metrics = toMetrics(await readLoad(session, asked, seen), seen, range, about);
  });
  afterAll(() => platform.stop());

  test('is shown with exactly those', () => {
    expect(toJson(metrics)).toMatchObject({
      requests: 102,
      errors: 3,
      errors_4xx: 3,
      // Of 1 to 100 and 400: the 51st, 96th and 100th of 101.
      latency: { p50: 51, p95: 96, p99: 100, max: 400 },
      cold: { requests: 1, starts: 1, init: 250 },
      memory: { used: 120, size: 1024 },
      throttles: 4,
      transfer: 100 * 1_000 + 600 * 1024,
      // The lost one and the ping, too.
      invocations: 103,
      sampled: null,
    });
  });

  test('by release', () => {
    expect(toJson(metrics)).toMatchObject({
      releases: [
        {
          version: '8',
          commit: 'abc1234',
          requests: 2,
          errors: 1,
          latency: { p50: 400, p95: 400, p99: 400, max: 400 },
          cold: { requests: 1 },
          memory: { used: 120 },
        },
        {
          version: '7',
          requests: 100,
          errors: 2,
          errors_4xx: 3,
          latency: { p50: 50, p95: 95, p99: 99, max: 100 },
          cold: { requests: 0, init: null },
          memory: { used: 90 },
        },
      ],
    });
  });

  test('by hour', () => {
    const requests = metrics.slots.map((slot) => slot.requests);
    expect(requests).toEqual([...Array(4).fill(0), ...Array(19).fill(1), 1 + 80 + 2]);
    expect(metrics.slots[4]).toMatchObject({ errors: 1, latency: { p50: 1 } });
    expect(metrics.slots[0]).toMatchObject({ latency: null });
  });

  test('and priced: v7 on x86, v8 on arm, each GB-second, request and byte once', () => {
    const v7 = (5_050 / 1000) * 0.0000166667;
    const v8 = ((650 + 30_000 + 5) / 1000) * 0.0000133334;
    expect(metrics.cost.duration).toBeCloseTo(v7 + v8, 12);
    expect(metrics.cost.cold).toBeCloseTo(0.25 * 0.0000133334, 12);
    expect(metrics.cost.invocations).toBeCloseTo((103 * 0.2) / 1_000_000, 12);
    // An answer of 600 KB counts twice.
    expect(metrics.cost.api).toBeCloseTo(102 / 1_000_000, 12);
    expect(metrics.cost.transfer).toBeCloseTo(((100_000 + 600 * 1024) / 1024 ** 3) * 0.09, 12);
    expect(metrics.monthly).toBeCloseTo((metrics.cost.total * 730) / 24, 12);
  });

  test('of which only a tenth of each hour is read when there are a million invocations', async () => {
    const { requests, share } = await readLoad(session, asked, { invocations: 1_000_000, throttles: 0 });
    // Those that were sent just after the hour; the others came at the end of the last one.
    expect({ requests: requests.length, share }).toEqual({ requests: 20, share: 0.1 });
    expect(countLoad({ requests, reports: [], share }).requests).toBe(200);
  });

  test('as text of 80 columns', () => {
    const text = renderMetrics(metrics, '24h', { unicode: true });
    expect(text).toMatchInlineSnapshot(`
      "  staging, last 24h, us-east-1

        Requests   102         ▁▁▁▁▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂█  peak 83 in 1h
        Errors     3           ▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█  2.94 %; 4xx: 3
        p50        51 ms           ▂▂▂▂▂▂▂▂▂▂▂▂▃▃▃▃▃▃▃█
        p95        96 ms           ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂█
        p99        100 ms          ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂█  slowest 400 ms
        Cold       1           ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█  0.98 %, init 250 ms, <$0.0001
        Memory     120 MB      at most, of 1024 MB
        Throttles  4
        Transfer   714 kB      of bodies, out
        Cost       $0.00068    about $0.02 a month, before the free tier

        Release  Commit   Requests  Errors     p50     p95     p99  Cold  Memory
        v8       abc1234         2       1  400 ms  400 ms  400 ms     1  120 MB
        v7       abc1234       100       2   50 ms   95 ms   99 ms     0   90 MB"
    `);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('with a line for prices that are not known of the region', () => {
    const there = { ...metrics, region: 'ap-southeast-5', assumed: ['api', 'transfer'] as const };
    const shown = renderMetrics(there, '24h', { unicode: true }).split('\n');
    expect(shown.every((line) => line.length <= 80)).toBe(true);
    expect(shown[shown.findIndex((line) => line.startsWith('  Cost')) + 1]).toMatch(
      /^ {13}HTTP API and transfer as in US East; ap-southeast-5 may cost more$/,
    );
  });
});

function request(at: number, changes: Partial<Request> = {}): Request {
  return { id: String(at), at, version: '1', status: 200, duration: 1, size: 0, cold: false, ...changes };
}

const report: Report = {
  id: 'r',
  at: 1,
  version: '1',
  billed: 1_000,
  init: null,
  memorySize: 1024,
  memoryUsed: 9,
  failed: false,
};

describe('what is counted', () => {
  test('of a sample is what the whole would be, durations as they are', () => {
    const requests = [request(1, { status: 503, size: 10 }), request(2, { status: 404, duration: 3 })];
    expect(countLoad({ requests, reports: [report], share: 0.1 })).toMatchObject({
      requests: 20,
      errors: 10,
      refused: 10,
      transfer: 100,
      latency: { p50: 1, p99: 3 },
      usage: { invocations: 10, gbSeconds: 10 },
    });
  });

  test('once: a failed invocation whose answer was recorded is that request', () => {
    const reports = [{ ...report, id: '1', failed: true }];
    const { requests, errors } = countLoad({ requests: [request(1, { status: 504 })], reports, share: 1 });
    expect({ requests, errors }).toEqual({ requests: 1, errors: 1 });
  });

  test('of nothing is nothing, and no latency', () => {
    expect(countLoad({ requests: [], reports: [], share: 1 })).toMatchObject({
      requests: 0,
      latency: null,
      memory: null,
      cold: { init: null },
    });
  });

  test('in the slot in which it was logged, from its first millisecond', () => {
    const hours = { since: 0, until: 2 * hour, slots: 2 };
    const at = [0, hour - 1, hour, 2 * hour].map((time) => request(time));
    expect(countSlots({ requests: at, reports: [], share: 1 }, hours).map((slot) => slot.requests)).toEqual([2, 2]);
  });
});

describe('money', () => {
  const usage = { invocations: 1_000_000, gbSeconds: 1_000_000, initGbSeconds: 0, apiRequests: 1_000_000 };
  const figures = { ...countLoad({ requests: [], reports: [], share: 1 }), usage };

  test.each([
    ['us-east-1', 'x86_64', 'http_api', 16.6667 + 0.2 + 1],
    ['us-east-1', 'arm64', 'function_url', 13.3334 + 0.2],
    ['af-south-1', 'x86_64', 'function_url', 22.1 + 0.27],
    ['ap-northeast-2', 'x86_64', 'http_api', 16.6667 + 0.2 + 1.23],
    ['a region that is not in the table', 'x86_64', 'function_url', 16.6667 + 0.2],
  ] as const)('in %s on %s behind %s', (region, architecture, front, total) => {
    expect(costOf(figures, { region, architecture, front }).total).toBeCloseTo(total, 6);
  });

  test.each<[region: string, api: number, transfer: number, assumed: string[], perGb: number]>([
    ['us-east-1', 1, 1, [], 0.09],
    ['sa-east-1', 1, 1, ['api'], 0.15],
    ['eu-west-1', 0, 1, [], 0.09],
    ['eu-south-2', 1, 1, ['api', 'transfer'], 0.09],
    ['eu-south-2', 0, 0, [], 0.09],
  ])('in %s says which prices are those of US East (%d, %d)', (region, api, transfer, assumed, perGb) => {
    const sent = { ...figures, usage: { ...usage, apiRequests: api }, transfer: transfer * 1024 ** 3 };
    const cost = costOf(sent, { region, architecture: 'x86_64', front: 'http_api' });
    expect(cost.transfer).toBeCloseTo(transfer * perGb, 9);
    expect(assumedIn(region, cost)).toEqual(assumed);
  });

  test('a month has 730 hours', () => {
    expect(perMonth(1, 24 * hour)).toBeCloseTo(730 / 24, 9);
  });

  test.each([
    [0, '$0'],
    [0.000_02, '<$0.0001'],
    [0.000_514, '$0.00051'],
    [0.0995, '$0.10'],
    [12.4, '$12.40'],
  ])('%d dollars are %s', (amount, text) => {
    expect(dollars(amount)).toBe(text);
  });
});

describe('a row of bars', () => {
  test.each<[title: string, values: (number | null)[], unicode: boolean, drawn: string]>([
    ['reaches from nothing to the most', [0, 1, 4, 7], true, '▁▂▅█'],
    ['draws something as something', [0, 1, 1_000], true, '▁▂█'],
    ['leaves out what is not there', [null, 2, null], true, ' █ '],
    ['is flat without anything', [0, 0], true, '▁▁'],
    ['is drawn in ASCII where the terminal knows no more', [0, 7], false, '_#'],
  ])('%s', (_title, values, unicode, drawn) => {
    expect(spark(values, { unicode })).toBe(drawn);
  });
});
