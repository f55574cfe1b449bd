/**
 * Watching a release: for a while after its users got it, its failures are counted, and too many of them bring back what
 * was live before. Counted are the errors of the function by executed version, as CloudWatch has them, and answers of
 * 500 and more, as the log has them: an app that answers 500 is no failed invocation.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type Pointing, pointAlias } from '../aws/resources/alias.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { readEvents } from '../logs/read.ts';
import { type LogRecord, toRecord } from '../logs/record.ts';
import { parseRequest } from '../metrics/parse.ts';
import { count, cut, oneLine, percent } from '../output/format.ts';
import type { Target } from '../target.ts';

export interface Watch {
  readonly milliseconds: number;
  readonly bound: Bound;
}

/** Over it is a release with more than `share` of failures among at least `requests`. */
export interface Bound {
  /** 0 to 1 */
  readonly share: number;
  readonly requests: number;
}

export interface Watched {
  readonly version: string;
  /** RevisionId of the alias since the version has its traffic. */
  readonly revision: string | undefined;
  /** Where the stage goes when the release fails; null when there is nothing else. */
  readonly back: Pointing | null;
}

/** What has been seen of a version so far. */
export interface Counts {
  /** Of the function, from CloudWatch, which tells about a minute late. */
  readonly invocations: number;
  readonly errors: number;
  /** From the log. */
  readonly responses: number;
  /** Those with a status of 500 and more, oldest first. */
  readonly failed: readonly LogRecord[];
}

export interface Seen {
  readonly requests: number;
  readonly failures: number;
}

/** Where it is live. */
type Place = Pick<Target, 'session' | 'clients' | 'app' | 'stage'>;

const pollMs = { local: 250, aws: 5_000 };

/** Throws UP_WATCH_FAILED when it has rolled back. */
export async function watchRelease(
  { report }: Pick<Context, 'report'>,
  target: Place,
  watch: Watch,
  watched: Watched,
): Promise<Seen> {
  return report.step('Watch', async (say) => {
    const counts = await watchCounts(target, watched.version, watch, (counts) =>
      say(describeSeen(toSeen(counts), watch)),
    );
    const seen = toSeen(counts);
    if (isOver(seen, watch.bound)) throw await goBack(target, watched, counts);
    return seen;
  });
}

/** Looks again and again until the time is over, or the bound. */
async function watchCounts(
  target: Place,
  version: string,
  { milliseconds, bound }: Watch,
  tell: (counts: Counts) => void,
): Promise<Counts> {
  const since = Date.now();
  const ending = new AbortController();
  const records = { responses: 0, failed: [] as LogRecord[] };
  const readMetrics = metricReader(target, version, since);
  // A canary that is finished has had requests in this minute already.
  const before = await readMetrics();
  const reading = readRecords(target, version, since, ending.signal, records);
  try {
    for (;;) {
      await Promise.race([reading, sleep(target.session.local ? pollMs.local : pollMs.aws)]);
      const { invocations, errors } = await readMetrics();
      const counts = {
        invocations: invocations - before.invocations,
        errors: errors - before.errors,
        ...records,
      };
      tell(counts);
      if (isOver(toSeen(counts), bound) || Date.now() - since >= milliseconds) return counts;
    }
  } finally {
    ending.abort();
    await reading.catch(() => {});
  }
}

async function readRecords(
  { session, app, stage }: Place,
  version: string,
  since: number,
  signal: AbortSignal,
  records: { responses: number; failed: LogRecord[] },
): Promise<void> {
  const pattern = `{ $.message = "response" && $.fields.stage = "${stage}" && $.fields.version = "${version}" }`;
  for await (const event of readEvents(session, { app, since, pattern, follow: true, signal })) {
    const request = parseRequest(event);
    if (request === null) continue;
    records.responses++;
    if (request.status >= 500) records.failed.push(toRecord(event.message, event.timestamp));
  }
}

const minuteMs = 60_000;

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html */
function metricReader({ session, app, stage }: Place, version: string, since: number) {
  const client = new CloudWatchClient(session.client);
  const Dimensions = [
    { Name: 'FunctionName', Value: app },
    { Name: 'Resource', Value: `${app}:${stage}` },
    { Name: 'ExecutedVersion', Value: version },
  ];
  const query = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
  });
  return async (): Promise<Pick<Counts, 'invocations' | 'errors'>> => {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(Math.floor(since / minuteMs) * minuteMs),
        EndTime: new Date(Date.now() + minuteMs),
        MetricDataQueries: [query('invocations', 'Invocations'), query('errors', 'Errors')],
      }),
    );
    const sum = (id: string) =>
      (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((total, value) => total + value, 0);
    return { invocations: sum('invocations'), errors: sum('errors') };
  };
}

/** An invocation that failed has no answer in the log, one that has is an invocation: the larger count has all. */
export function toSeen({ invocations, errors, responses, failed }: Counts): Seen {
  const failures = errors + failed.length;
  return { requests: Math.max(invocations, responses, failures), failures };
}

export function isOver({ requests, failures }: Seen, bound: Bound): boolean {
  return requests >= bound.requests && failures / requests > bound.share;
}

/** `30 requests, 1 failure`, and whether they are enough. */
export function describeSeen({ requests, failures }: Seen, { bound }: Pick<Watch, 'bound'>): string {
  const few = requests < bound.requests ? ', too few to judge' : '';
  return `${count(requests, 'request')}, ${count(failures, 'failure')}${few}`;
}

async function goBack({ clients, app, stage }: Place, watched: Watched, counts: Counts): Promise<UpError> {
  const { back, revision } = watched;
  if (back) await pointAlias(clients, { app, stage }, back, revision);
  return releaseFailed(stage, watched, counts);
}

/** What is said of it once the stage is back where it was. */
export function releaseFailed(stage: string, { version, back }: Watched, counts: Counts): UpError {
  const { requests, failures } = toSeen(counts);
  const outcome = back
    ? `Rolled back: ${stage} is v${back.version} again.`
    : `It stays live: nothing was live on ${stage} before.`;
  const command = `up logs -s ${stage}`;
  const message = `v${version} fails: ${failures} of ${requests} requests, ${percent(failures / requests)}`;
  return new UpError('UP_WATCH_FAILED', message, {
    evidence: [...evidence(counts), outcome].join('\n'),
    hint: command,
    next: [command],
  });
}

const shownRecords = 3;
const longestPath = 40;

function evidence({ errors, failed }: Counts): string[] {
  const examples = failed.slice(-shownRecords).map(({ fields }) => {
    const path = cut(oneLine(String(fields.path)), longestPath);
    return `           ${fields.status}  ${oneLine(String(fields.method))} ${path}`;
  });
  return [
    `Functions  ${count(errors, 'failed invocation')}`,
    `Answers    ${failed.length} of 500 and more${examples.length > 0 ? ', the last of them:' : ''}`,
    ...examples,
  ];
}
