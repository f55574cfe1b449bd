/** Events of a log group, page by page, as FilterLogEvents gives them. */
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { logGroupName } from '../aws/names.ts';
import type { Session } from '../aws/session.ts';
import { UpError } from '../errors.ts';

export interface LogEvent {
  readonly id: string;
  readonly message: string;
  /** Epoch milliseconds at which it was written. */
  readonly timestamp: number;
  /** `2026/11/26/[7]0123…`: the version in brackets, then the environment. */
  readonly stream: string;
}

export interface Span {
  /** Epoch milliseconds, both included. */
  readonly from: number;
  readonly to?: number | undefined;
  readonly pattern: string;
  readonly newestFirst?: boolean;
  readonly stream?: string;
  /** Of a page. */
  readonly limit?: number;
  /** Ends it without an error. */
  readonly signal?: AbortSignal | undefined;
}

export type Fetch = (span: Span) => AsyncGenerator<LogEvent[]>;

/** Rejects with UP_NOT_DEPLOYED when the app has no log group. */
export function createFetch({ client: settings }: Pick<Session, 'client'>, app: string): Fetch {
  const client = new CloudWatchLogsClient(settings);
  return async function* fetch({ from, to, pattern, newestFirst, stream, limit, signal }) {
    // Pages may be empty while there is more.
    for (let nextToken: string | undefined; ; ) {
      const page = await client
        .send(
          new FilterLogEventsCommand({
            logGroupName: logGroupName(app),
            startTime: from,
            nextToken,
            ...(to !== undefined && { endTime: to }),
            ...(pattern !== '' && { filterPattern: pattern }),
            ...(newestFirst && { startFromHead: false }),
            ...(stream !== undefined && { logStreamNames: [stream] }),
            ...(limit !== undefined && { limit }),
          }),
          { ...(signal && { abortSignal: signal }) },
        )
        .catch((error: unknown) => {
          if (signal?.aborted) return { events: [], nextToken: undefined };
          throw error instanceof ResourceNotFoundException ? neverDeployed(app) : error;
        });
      yield (page.events ?? []).map(toEvent);
      nextToken = page.nextToken;
      if (!nextToken) return;
    }
  };
}

function toEvent({ eventId = '', message = '', timestamp = 0, logStreamName = '' }: FilteredLogEvent): LogEvent {
  return { id: eventId, message, timestamp, stream: logStreamName };
}

function neverDeployed(app: string): UpError {
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has no logs here: it has not been deployed`, {
    next: ['up', 'up --local'],
  });
}
