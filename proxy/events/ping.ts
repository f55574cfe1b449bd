/**
 * Warm pings: `{"up": {"ping": {}}}` asks one environment how it is, `{"up": {"ping": {"count": 5}}}` keeps five of them
 * warm. They are no requests and never reach the app.
 */
import { isRecord } from '../../http/json.ts';

export interface Ping {
  /** How many environments to reach, this one included. */
  readonly count: number;
  /** Milliseconds to stay busy, so that others at the same time reach others. */
  readonly hold: number;
  /** It says how many: then somebody wants to read in the log how many there were. */
  readonly counted: boolean;
}

/** What an environment says of itself. */
export interface Pong {
  readonly environment: string;
  /** This was its first invocation. */
  readonly cold: boolean;
  /** Milliseconds since it was started. */
  readonly age: number;
}

/** As many environments as an account has by default: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxCount = 1_000;
const maxHoldMs = 10_000;

/** Null for what is none. */
export function readPing(event: unknown): Ping | null {
  if (!isRecord(event) || !isRecord(event.up) || !isRecord(event.up.ping) || Object.keys(event).length !== 1)
    return null;
  const { count, hold } = event.up.ping;
  return { count: within(count, 1, maxCount), hold: within(hold, 0, maxHoldMs), counted: count !== undefined };
}

function within(value: unknown, least: number, most: number): number {
  return typeof value === 'number' && value > least ? Math.min(Math.floor(value), most) : least;
}

export function pingEvent(hold: number): object {
  return { up: { ping: { hold } } };
}
