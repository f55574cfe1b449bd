/**
 * Reads events of a log group: history first, then, when following, whatever comes. Events may become visible out of
 * order and late, so each look overlaps the one before and repeats are dropped by event id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { logGroupName } from '../aws/names.ts';
import type { Session } from '../aws/session.ts';
import { UpError } from '../errors.ts';

export interface LogQuery {
  readonly app: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** A CloudWatch filter pattern. */
  readonly pattern?: string;
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

export interface LogEvent {
  readonly message: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

const overlapMs = 10_000;
const pollMs = { local: 250, aws: 2_000 };

export async function* readEvents(session: Session, query: LogQuery): AsyncGenerator<LogEvent> {
  const client = new CloudWatchLogsClient(session.client);
  const seen = new Map<string, number>();
  let newest = query.since;
  do {
    for await (const { eventId = '', message = '', timestamp = 0 } of pages(client, query, newest - overlapMs)) {
      if (seen.has(eventId) || timestamp < query.since) continue;
      seen.set(eventId, timestamp);
      newest = Math.max(newest, timestamp);
      yield { message, timestamp };
    }
    for (const [id, timestamp] of seen) if (timestamp < newest - 2 * overlapMs) seen.delete(id);
    if (query.follow)
      await sleep(session.local ? pollMs.local : pollMs.aws, undefined, { signal: query.signal }).catch(() => {});
  } while (query.follow && !query.signal?.aborted);
}

/** Pages may be empty while there is more. */
async function* pages(client: CloudWatchLogsClient, { app, pattern, since }: LogQuery, from: number) {
  for (let nextToken: string | undefined; ; ) {
    const page = await client
      .send(
        new FilterLogEventsCommand({
          logGroupName: logGroupName(app),
          startTime: Math.max(since, from),
          filterPattern: pattern,
          nextToken,
        }),
      )
      .catch((error: unknown) => {
        throw error instanceof ResourceNotFoundException ? neverDeployed(app) : error;
      });
    yield* page.events ?? [];
    nextToken = page.nextToken;
    if (!nextToken) return;
  }
}

function neverDeployed(app: string): UpError {
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has no logs here: it has not been deployed`, {
    next: ['up', 'up --local'],
  });
}
