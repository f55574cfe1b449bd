/**
 * When a call to AWS is repeated: after a transient failure four times, within seconds; after throttling, which is no
 * failure, as often as needed within five minutes. Pauses are random, so that many callers do not come back at once.
 * Given to the SDK, whose own strategy gives up a throttled call after five tries.
 */

export interface RetryOptions {
  /** Told once for each call that is throttled for so long that a person wonders. */
  readonly onThrottled?: () => void;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** As the SDK hands it out and back: how often a call was made again, and the milliseconds before the next time. */
export interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

interface Tries extends RetryToken {
  readonly failures: number;
  readonly throttles: number;
  /** When it was throttled first. */
  readonly since: number;
  readonly told: boolean;
}

/** The part of the SDK's RetryErrorInfo that counts. */
export interface Failure {
  readonly errorType: string;
  readonly error?: unknown;
  readonly retryAfterHint?: Date;
}

export interface Retry {
  acquireInitialRetryToken(scope: string): Promise<RetryToken>;
  /** Rejects when the call is not made again. */
  refreshRetryTokenForRetry(token: RetryToken, failure: Failure): Promise<RetryToken>;
  recordSuccess(token: RetryToken): void;
}

/** Of a call, the first one included. */
export const maxAttempts = 5;
const throttledForMs = 5 * 60_000;
const longestPauseMs = 20_000;
const pauseMs = 100;
/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html: throttling takes longer to pass. */
const throttledPauseMs = 500;
const slowMs = 5_000;

export function createRetry({ onThrottled, clock = Date.now, random = Math.random }: RetryOptions = {}): Retry {
  const pause = (base: number, times: number) => Math.min(longestPauseMs, base * 2 ** times) * random();

  function afterThrottle(tries: Tries, hint: Date | undefined): Tries {
    const now = clock();
    const since = tries.throttles === 0 ? now : tries.since;
    if (now - since >= throttledForMs) throw new Error('throttled for too long');
    const hinted = Math.min((hint?.getTime() ?? now) - now, longestPauseMs);
    const delay = Math.max(pause(throttledPauseMs, tries.throttles), hinted);
    const isSlow = now + delay - since > slowMs;
    if (isSlow && !tries.told) onThrottled?.();
    return createTries({ ...tries, throttles: tries.throttles + 1, since, told: tries.told || isSlow }, delay);
  }

  function afterFailure(tries: Tries): Tries {
    if (tries.failures + 1 >= maxAttempts) throw new Error('failed too often');
    return createTries({ ...tries, failures: tries.failures + 1 }, pause(pauseMs, tries.failures));
  }

  return {
    async acquireInitialRetryToken() {
      return createTries({ failures: 0, throttles: 0, since: 0, told: false }, 0);
    },
    async refreshRetryTokenForRetry(token, failure) {
      // `as`: the SDK hands back what it was given.
      const tries = token as Tries;
      if (isQuota(failure.error)) throw new Error('a quota does not pass');
      if (failure.errorType === 'THROTTLING' && !isFull(failure.error)) {
        return afterThrottle(tries, failure.retryAfterHint);
      }
      if (failure.errorType === 'TRANSIENT' || failure.errorType === 'THROTTLING') return afterFailure(tries);
      throw new Error('nothing that passes');
    },
    recordSuccess() {},
  };
}

function createTries(counts: Pick<Tries, 'failures' | 'throttles' | 'since' | 'told'>, delay: number): Tries {
  return { ...counts, getRetryCount: () => counts.failures + counts.throttles, getRetryDelay: () => delay };
}

/**
 * A function that has no environment to spare, or may have none at all, is throttled under the same name; waiting for
 * minutes does not help. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
function isFull(error: unknown): boolean {
  const { Reason } = (error ?? {}) as { readonly Reason?: unknown };
  return typeof Reason === 'string' && /Concurrent/.test(Reason);
}

/**
 * IAM's word for a quota, which the SDK takes for throttling:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
function isQuota(error: unknown): boolean {
  return error instanceof Error && /^LimitExceeded(?:Exception)?$/.test(error.name);
}

const firstTry: RetryToken = { getRetryCount: () => 0, getRetryDelay: () => 0 };

/** Each call is made once. */
export const noRetry: Retry = {
  acquireInitialRetryToken: async () => firstTry,
  refreshRetryTokenForRetry: () => Promise.reject(new Error('not again')),
  recordSuccess() {},
};
