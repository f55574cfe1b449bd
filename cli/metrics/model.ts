/** What `up metrics` counts, and what it makes of it. Plain data; times are epoch milliseconds, durations milliseconds. */

/** One request, as the proxy has recorded it. */
export interface Request {
  readonly id: string;
  readonly at: number;
  readonly version: string;
  readonly status: number;
  readonly duration: number;
  /** Bytes of the body that went out. */
  readonly size: number;
  readonly cold: boolean;
}

/** One invocation, as Lambda has reported it at its end: a request or a warm ping. */
export interface Report {
  readonly id: string;
  readonly at: number;
  readonly version: string;
  readonly billed: number;
  /** Null for an invocation that found its environment ready. */
  readonly init: number | null;
  /** MB */
  readonly memorySize: number;
  /** MB */
  readonly memoryUsed: number;
  /** It timed out or ended with an error. */
  readonly failed: boolean;
}

/** The part of time that is looked at, in slots of equal length. */
export interface Range {
  readonly since: number;
  readonly until: number;
  readonly slots: number;
}

export interface Load {
  readonly requests: readonly Request[];
  readonly reports: readonly Report[];
  /** Of the time of each slot that was read: 1 unless there is too much to read. */
  readonly share: number;
}

/** The figures of a stage, or of one release. */
export interface Figures {
  readonly requests: number;
  /** Answers of 500 and more, and invocations that failed without one. */
  readonly errors: number;
  /** Answers of 400 to 499. */
  readonly refused: number;
  /** Null without a request. */
  readonly latency: Latency | null;
  readonly cold: Cold;
  /** Null before the first report. */
  readonly memory: { readonly used: number; readonly size: number } | null;
  /** Bytes. */
  readonly transfer: number;
  /** What AWS charges by. */
  readonly usage: Usage;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Cold {
  /** Requests that waited for an environment to start. */
  readonly requests: number;
  /** Environments that were started, for pings too. */
  readonly starts: number;
  /** The average; null without a start. */
  readonly init: number | null;
}

export interface Usage {
  readonly invocations: number;
  readonly gbSeconds: number;
  /** Of `gbSeconds`, what the inits of cold starts took. */
  readonly initGbSeconds: number;
  /** Requests as an HTTP API counts them. */
  readonly apiRequests: number;
}

export interface Slot {
  readonly requests: number;
  readonly errors: number;
  readonly cold: number;
  readonly latency: Latency | null;
}
