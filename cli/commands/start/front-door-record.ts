/** The record of a request that none of the proxy tells of: the app failed as a function, or was never asked. */
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
