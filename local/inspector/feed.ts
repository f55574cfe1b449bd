/**
 * What happens on the platform, for the inspector: requests with where their time went, invocations without a request,
 * and log lines. Only the latest of each are kept, in memory.
 */

/** Where the time of one invocation went, in milliseconds. */
export interface Timing {
  /** Until an environment was there to take it. */
  readonly queued: number;
  /** What was left of the init phase; 0 for a warm start. */
  readonly init: number;
  /** From the event to the answer. */
  readonly run: number;
  /** How long its environment had been frozen before; no part of the request's time. */
  readonly frozen: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly app: string;
  /** A stage, a version or `$LATEST`, as the invocation named it. */
  readonly qualifier: string;
  readonly version: string;
  /** Id of the environment. */
  readonly environment: string;
  readonly cold: boolean;
  readonly failed: boolean;
  readonly timing: Timing;
}

/** What came in by a front door. */
export interface Request {
  /** Of the invocation; null when the front door answered by itself. */
  readonly requestId: string | null;
  readonly app: string;
  readonly qualifier: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  /** Milliseconds until the last byte was out. */
  readonly duration: number;
}

export interface Line {
  readonly app: string;
  readonly message: string;
}

export type Happening =
  | ({ readonly kind: 'invocation'; readonly at: number } & Invocation)
  | ({ readonly kind: 'request'; readonly at: number } & Request)
  | ({ readonly kind: 'line'; readonly at: number } & Line);

export interface Feed {
  invocation(seen: Invocation): void;
  request(seen: Request): void;
  line(seen: Line): void;
  /** The last of each kind, oldest first. */
  history(): Happening[];
  /** Told of everything from now on; returns how to end it. */
  follow(onHappening: (happening: Happening) => void): () => void;
}

/** Of each kind. */
const kept = 500;

export function createFeed(now: () => number = Date.now): Feed {
  const past: Record<Happening['kind'], Happening[]> = { invocation: [], request: [], line: [] };
  const followers = new Set<(happening: Happening) => void>();

  function add(happening: Happening): void {
    const list = past[happening.kind];
    list.push(happening);
    if (list.length > kept) list.shift();
    for (const follower of followers) follower(happening);
  }

  return {
    invocation: (seen) => add({ kind: 'invocation', at: now(), ...seen }),
    request: (seen) => add({ kind: 'request', at: now(), ...seen }),
    line: (seen) => add({ kind: 'line', at: now(), ...seen }),
    history: () => [...past.invocation, ...past.request, ...past.line].sort((a, b) => a.at - b.at),
    follow(onHappening) {
      followers.add(onHappening);
      return () => void followers.delete(onHappening);
    },
  };
}
