/** The log record of a request that the proxy has no record of: the function failed, or was never invoked. */
import type { IncomingMessage } from 'node:http';
import type { LogRecord } from '../../logs/record.ts';

export interface FrontDoorAnswer {
  readonly status: number;
  readonly id: string;
  readonly reason: string;
  /** Bytes. */
  readonly size: number;
  readonly milliseconds: number;
}

export function frontDoorRecord(
  { method = 'GET', url = '/' }: IncomingMessage,
  { status, id, reason, size, milliseconds }: FrontDoorAnswer,
): LogRecord {
  const [path = '/', query = ''] = url.split('?', 2);
  return {
    timestamp: new Date().toISOString(),
    level: status >= 500 ? 'error' : 'warn',
    message: 'response',
    fields: {
      request_id: id,
      method,
      path,
      query,
      status,
      duration: Math.round(milliseconds * 10) / 10,
      size,
      front_door: reason,
    },
  };
}
