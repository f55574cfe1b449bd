/** What became of one request at the app so far: whether it is sent once more, and whether the app is to be ended. */
import { performance } from 'node:perf_hooks';
import { UpstreamError } from './upstream.ts';

export interface Verdict {
  /** Another try is safe, and may end otherwise. */
  readonly again: boolean;
  /** The app runs, but will not serve until it is restarted. */
  readonly stuck: boolean;
}

export interface Tries {
  /** `isLate`: the deadline of the request is over. */
  failed(error: unknown, isLate: boolean): Verdict;
}

/**
 * How long a running app may refuse connections. A shell outlives its server until it has carried out the rest of its
 * command, and on a busy machine even `echo` takes its time. A refused request has reached nobody, so it can wait.
 */
const refusedMs = 2_000;

/** `repeatable`: it may reach the app twice. `clock`: milliseconds. */
export function createTries(repeatable: boolean, clock: () => number = () => performance.now()): Tries {
  let deliveries = 0;
  let firstLost: number | null = null;
  let hasEndedApp = false;

  /**
   * The process runs, but nothing listens any more: a file watcher whose server has crashed waits for the next edit for
   * ever. So the app is ended and started again, once per request.
   */
  function endDeaf(): Verdict {
    const again = !hasEndedApp;
    hasEndedApp = true;
    firstLost = null;
    return { again, stuck: true };
  }

  return {
    failed(error, isLate) {
      if (!(error instanceof UpstreamError)) return { again: false, stuck: false };
      if (isFinal(error)) return { again: false, stuck: isStuck(error, isLate) };
      firstLost ??= clock();
      if (error.delivered) return { again: ++deliveries < 2 && repeatable, stuck: false };
      if (clock() - firstLost < refusedMs) return { again: true, stuck: false };
      return isRefused(error) ? endDeaf() : { again: false, stuck: false };
    },
  };
}

/** Another try would end the same. */
function isFinal({ kind }: UpstreamError): boolean {
  return kind === 'aborted' || kind === 'invalid' || kind === 'too-large';
}

/** An app that had begun to answer is slow; one that let the whole time pass without a word is stuck. */
function isStuck({ kind, begun }: UpstreamError, isLate: boolean): boolean {
  return kind === 'aborted' && !begun && isLate;
}

/**
 * Refused because nobody listens. Other failures to connect, such as having no file descriptors left, are this
 * process's own and say nothing about the app.
 */
export function isRefused({ cause }: UpstreamError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
