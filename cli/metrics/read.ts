/**
 * Where the figures come from. The log has them all but one: every request as the proxy recorded it, every invocation as
 * Lambda reported it. CloudWatch alone knows of what was throttled. docs/metrics.md tells what each is good for.
 */
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { logGroupName } from '../aws/names.ts';
import type { Session } from '../aws/session.ts';
import { slotsOf } from './count.ts';
import type { Load, Range } from './model.ts';
import { type Line, parseReport, parseRequest } from './parse.ts';

export interface Asked {
  readonly app: string;
  readonly stage: string;
  readonly range: Range;
  /** The stage that a version was made for. */
  readonly stageOf: (version: string) => string | undefined;
}

/** What CloudWatch counts, by the stage's alias. */
export interface Counted {
  readonly invocations: number;
  readonly throttles: number;
}

/** More than this is not read line by line: a page of FilterLogEvents holds 10,000 lines at most. */
const mostInvocations = 100_000;
const readersAtOnce = 4;

/** `counted`: how much there is to be read. */
export async function readLoad(session: Session, asked: Asked, { invocations }: Counted): Promise<Load> {
  const client = new CloudWatchLogsClient(session.client);
  const share = Math.min(1, mostInvocations / Math.max(1, invocations));
  const response = `{ $.message = "response" && $.fields.stage = ${JSON.stringify(asked.stage)} }`;
  const [responses, reported] = await Promise.all([
    readLines(client, asked, response, share),
    readLines(client, asked, '"REPORT RequestId"', share),
  ]);
  const requests = responses.flatMap((line) => parseRequest(line) ?? []);
  const seen = new Set(requests.map(({ version }) => version));
  const isOwn = (version: string) => (asked.stageOf(version) ?? (seen.has(version) ? asked.stage : '')) === asked.stage;
  const reports = reported.flatMap((line) => parseReport(line) ?? []).filter(({ version }) => isOwn(version));
  return { requests, reports, share };
}

/** All of the range at once, or, of each slot, the share at its beginning. */
async function readLines(
  client: CloudWatchLogsClient,
  { app, range }: Asked,
  filterPattern: string,
  share: number,
): Promise<Line[]> {
  const parts =
    share === 1
      ? [{ start: range.since, end: range.until + 1 }]
      : slotsOf(range).map(({ start, end }) => ({ start, end: Math.round(start + (end - start) * share) }));
  const lines: Line[] = [];
  const readers = Array.from({ length: readersAtOnce }, async () => {
    for (let part = parts.shift(); part; part = parts.shift()) {
      for await (const line of pages(client, app, filterPattern, part)) lines.push(line);
    }
  });
  await Promise.all(readers);
  return lines;
}

/** Pages may be empty while there is more. The end is not part of it here, though it is with AWS. */
async function* pages(
  client: CloudWatchLogsClient,
  app: string,
  filterPattern: string,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Line> {
  const range = { logGroupName: logGroupName(app), startTime: start, endTime: end - 1, filterPattern };
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(new FilterLogEventsCommand({ ...range, nextToken })).catch((error: unknown) => {
      // An app that has not been deployed has no group: nothing was logged.
      if (error instanceof ResourceNotFoundException) return { events: [] };
      throw error;
    });
    for (const { message = '', timestamp = 0, logStreamName: stream = '' } of page.events ?? [])
      yield { message, timestamp, stream };
    nextToken = 'nextToken' in page ? page.nextToken : undefined;
    if (!nextToken) return;
  }
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** As fine as CloudWatch keeps it and one answer holds: it keeps minutes for 15 days, five of them for 63. */
function periodOf({ since, until }: Range, now: number): number {
  if (now - since <= 15 * dayMs && until - since <= dayMs) return minuteMs;
  return now - since <= 63 * dayMs ? 5 * minuteMs : 60 * minuteMs;
}

/** To the whole minutes, or longer periods, that the range touches. */
export async function readCounted(session: Session, { app, stage, range }: Asked, now: number): Promise<Counted> {
  const client = new CloudWatchClient(session.client);
  const period = periodOf(range, now);
  const Dimensions = [
    { Name: 'FunctionName', Value: app },
    { Name: 'Resource', Value: `${app}:${stage}` },
  ];
  const query = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: period / 1000, Stat: 'Sum' },
  });
  const sums: Record<string, number> = {};
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(Math.floor(range.since / period) * period),
        EndTime: new Date(range.until + minuteMs),
        MetricDataQueries: [query('invocations', 'Invocations'), query('throttles', 'Throttles')],
        NextToken,
      }),
    );
    for (const { Id = '', Values = [] } of page.MetricDataResults ?? [])
      sums[Id] = Values.reduce((total, value) => total + value, sums[Id] ?? 0);
    NextToken = page.NextToken;
    if (!NextToken) return { invocations: sums.invocations ?? 0, throttles: sums.throttles ?? 0 };
  }
}
