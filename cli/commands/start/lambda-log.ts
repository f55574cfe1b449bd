/**
 * The log of the environments under `up start --lambda`: records of proxy and app as they are, the platform's own lines
 * as records, requests that the front door answered itself, and warnings about timers that a freeze had stopped.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatch, Front } from '../../../local/gateway/front.ts';
import type { Feed, Request } from '../../../local/inspector/feed.ts';
import type { Outcome } from '../../../local/lambda/environment.ts';
import type { LogSink } from '../../../local/lambda/function-log.ts';
import { type LogRecord, toRecord } from '../../logs/record.ts';
import { frontDoorRecord } from './front-door-record.ts';
import { createFrozenTimers } from './frozen-timers.ts';
import { holdRecords } from './held-records.ts';
import type { StartLog } from './log.ts';

export interface LambdaLog {
  readonly sink: LogSink;
  /** What one request goes through, which is in the log when it is over, whoever answers it. */
  follow(way: Way, who: Who, req: IncomingMessage, res: ServerResponse): Way;
  refuseUpgrade(req: IncomingMessage): void;
}

type Who = Pick<Request, 'app' | 'qualifier'>;

export interface Way {
  readonly front: Front;
  readonly dispatch: Dispatch;
}

/** As in the log of the proxy: nobody waited for the answer. */
const clientGone = 499;

/** How long the end of a cold invocation is waited for, so that its line can tell how long the init took. */
const holdMs = 200;

export function lambdaLog({ destination, lines }: StartLog, feed: Pick<Feed, 'request'>): LambdaLog {
  /** What the proxy's records of requests say, by request. */
  const logged = new Map<unknown, unknown>();
  const write = (record: LogRecord) => destination.write(`${JSON.stringify(record)}\n`);
  const held = holdRecords(holdMs, write);
  const timers = createFrozenTimers();

  function take(stream: string, line: string, timestamp: number): void {
    const record = toRecord(line, timestamp);
    const { message, fields } = record;
    if (message === 'timer pending at freeze') timers.note(stream, String(fields.place));
    if (message === 'response') logged.set(fields.request_id, fields.status);
    if (message === 'start') thawed(stream, record);
    else if (message === 'report') ended(stream, record);
    // Lines for people say of a cold request how long its init took, which is known a moment later.
    else if (message === 'response' && fields.cold === true && lines !== null) held.hold(stream, record);
    else if (message !== 'end') write(record);
  }

  function ended(stream: string, report: LogRecord): void {
    write(report);
    held.release(stream);
    if (ranOutOfMemory(report)) write(outOfMemory(report));
    timers.frozen(stream, performance.now());
  }

  function thawed(stream: string, { timestamp }: LogRecord): void {
    const message = timers.thawed(stream, performance.now());
    if (message !== null) write({ ...warning(message), timestamp });
  }

  return {
    sink(_group, stream, events) {
      for (const { message, timestamp } of events) take(stream, message, timestamp);
    },
    refuseUpgrade({ method = 'GET', url: path = '/' }) {
      write(warning('a WebSocket is refused, as by the front doors of Lambda', { method, path }));
    },
    follow({ front, dispatch }, who, req, res) {
      const started = performance.now();
      let outcome: Outcome | null = null;
      let own: Own = { reason: '', size: 0 };
      res.once('close', async () => {
        const milliseconds = performance.now() - started;
        const { method = 'GET', url: path = '/' } = req;
        const requestId = outcome?.requestId ?? null;
        const status = res.headersSent ? res.statusCode : clientGone;
        feed.request({ ...who, requestId, method, path, status, duration: milliseconds });
        await outcome?.logged;
        const id = outcome?.requestId ?? '';
        const said = logged.get(id);
        if (!logged.delete(id)) write(frontDoorRecord(req, { ...own, status, id, milliseconds }));
        else if (status !== said && status !== clientGone)
          write(warning(`the client got ${status} in place of ${said}`, { request_id: id }));
      });
      return {
        front: {
          ...front,
          failure(reason) {
            const answer = front.failure(reason);
            own = { reason, size: answer.body.length };
            return answer;
          },
        },
        async dispatch(target, payload) {
          outcome = await dispatch(target, payload);
          return outcome;
        },
      };
    },
  };
}

function warning(message: string, fields: LogRecord['fields'] = {}): LogRecord {
  return { timestamp: new Date().toISOString(), level: 'warn', message, fields };
}

/** A report shows the whole limit when memory was exceeded and a process killed for it (local/lambda/processes.ts). */
function ranOutOfMemory({ fields }: LogRecord): boolean {
  return Number(fields.max_memory_used) >= Number(fields.memory_size);
}

/** The killed process cannot report this: its own record only shows a SIGKILL. */
function outOfMemory({ fields }: LogRecord): LogRecord {
  const message = `out of memory (lambda.memory: ${fields.memory_size} MB): the largest process is ended`;
  return { ...warning(message, { request_id: fields.request_id }), level: 'error' };
}

/** Of an answer that the front door made by itself. */
interface Own {
  readonly reason: string;
  /** Bytes. */
  readonly size: number;
}
