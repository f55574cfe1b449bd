/** Keeps several environments warm: one that is pinged pings the others, each long enough that none is reached twice. */
import { type Ping, type Pong, pingEvent } from '../events/ping.ts';

export interface Warmed {
  readonly count: number;
  /** How many distinct environments answered, this one included. */
  readonly answered: number;
  /** How many of them were started by this. */
  readonly cold: number;
  readonly environments: readonly Pong[];
}

/** Invokes the function that was invoked, with an event, and gives its answer. */
export type Invoke = (event: object) => Promise<unknown>;

/** Milliseconds an environment is held. Calls that set out together arrive within this; more of them take longer to set out. */
export const holdOf = (count: number, round: number): number => (75 + 5 * count) * round;
/** Where two pings met in one environment, those that are missing are sent again and held longer. */
const rounds = 3;

/**
 * With `signal` aborted nobody is pinged again, nor after a round in which nobody answered: without a way to Lambda, as in
 * a VPC, or with a name server that hangs, each call takes seconds, and more of them would only be billed.
 */
export async function warm(
  { count }: Pick<Ping, 'count'>,
  self: Pong,
  invoke: Invoke,
  signal?: AbortSignal,
): Promise<Warmed> {
  const reached = new Map([[self.environment, self]]);
  for (let round = 1; round <= rounds && reached.size < count && !signal?.aborted; round++) {
    // All are pinged again, not just the missing ones: an idle environment would be reached a second time.
    const hold = holdOf(count, round);
    const pongs = await Promise.all(Array.from({ length: count - 1 }, () => ping(invoke, hold)));
    if (!pongs.some(Boolean)) break;
    for (const pong of pongs) if (pong && !reached.has(pong.environment)) reached.set(pong.environment, pong);
  }
  const environments = [...reached.values()];
  return { count, answered: environments.length, cold: environments.filter(({ cold }) => cold).length, environments };
}

/** Null where nobody answered: a throttle, a timeout. */
async function ping(invoke: Invoke, hold: number): Promise<Pong | null> {
  try {
    return toPong(await invoke(pingEvent(hold)));
  } catch {
    return null;
  }
}

function toPong(answer: unknown): Pong | null {
  const { environment, cold, age } = (answer ?? {}) as Partial<Pong>;
  return typeof environment === 'string' ? { environment, cold: cold === true, age: Number(age) } : null;
}
