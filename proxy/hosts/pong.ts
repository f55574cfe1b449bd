/** Answers a warm ping: for this environment, and for as many others as it asks for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../http/log.ts';
import type { Ping, Pong } from '../events/ping.ts';
import type { Warmed } from './warm.ts';

export interface PongOptions {
  readonly self: Pong;
  readonly environment: NodeJS.ProcessEnv;
  readonly functionArn: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly log: Log;
}

/** Left of the invocation to say how it went. */
const answerMarginMs = 500;

export async function pong(ping: Ping, options: PongOptions): Promise<Pong | Warmed> {
  const { self, requestId, deadline, log } = options;
  if (ping.counted) return warmOthers(ping, options);
  log.debug('ping', { request_id: requestId, ...self });
  // Past the deadline Lambda would end the environment that is to be kept warm.
  const hold = Math.min(ping.hold, leftOf(deadline));
  if (hold > 0) await sleep(hold);
  return self;
}

/** Milliseconds. */
function leftOf(deadline: number): number {
  return Math.max(0, deadline - answerMarginMs - Date.now());
}

/** Logged as well, because a schedule invokes asynchronously and hears no answer. */
async function warmOthers(
  ping: Ping,
  { self, environment, functionArn, requestId, deadline, log }: PongOptions,
): Promise<Warmed> {
  const [{ warm }, { invokeFunction }] = await Promise.all([import('./warm.ts'), import('./invoke.ts')]);
  const signal = AbortSignal.timeout(leftOf(deadline));
  const refusals = new Set<string>();
  const invoke = (event: object) =>
    invokeFunction({ environment, functionArn, signal }, event).catch((error: Error) => {
      refusals.add(error.message);
      throw error;
    });
  const warmed = await warm(ping, self, invoke, signal);
  const { count, answered, cold } = warmed;
  const why = refusals.size > 0 && { refusals: [...refusals].slice(0, 3) };
  log[answered < count ? 'warn' : 'info']('warm', { request_id: requestId, count, answered, cold, ...why });
  return warmed;
}
