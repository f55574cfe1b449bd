/**
 * Asynchronous invocations: taken at once, run later, and tried again. They live in memory: a platform that ends forgets
 * them.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { AwsError } from '../aws/error.ts';
import type { Clock } from '../clock.ts';
import type { Engine, InvokeRequest } from '../model.ts';

export interface Events {
  /** Runs it as soon as the function has room. Nobody hears how it ends; the log of the function does. */
  put(request: InvokeRequest): void;
  /** Forgets what waits. */
  close(): void;
}

/** Milliseconds before the second and the third try of an event that the function failed with. */
const retryDelays = [60_000, 120_000];
/** An event that finds no room waits from a second to five minutes, each time twice as long, for up to six hours. */
const throttled = { first: 1_000, longest: 300_000, limit: 6 * 3_600_000 };

export function createEvents(engine: Pick<Engine, 'invoke'>, clock: Clock): Events {
  const waiting = new Set<() => void>();

  function later(milliseconds: number, run: () => void): void {
    const cancel = clock.after(milliseconds, () => {
      waiting.delete(cancel);
      run();
    });
    waiting.add(cancel);
  }

  async function attempt(request: InvokeRequest, tries: number, pause: number, until: number): Promise<void> {
    try {
      const { functionError } = await engine.invoke(request);
      const delay = functionError === undefined ? undefined : retryDelays[tries];
      if (delay !== undefined) later(delay, () => void attempt(request, tries + 1, throttled.first, until));
    } catch (error) {
      // The function is gone, or was never there: the event is dropped.
      if (!isThrottle(error) || clock.now() + pause > until) return;
      later(pause, () => void attempt(request, tries, Math.min(pause * 2, throttled.longest), until));
    }
  }

  return {
    put: (request) => void attempt(request, 0, throttled.first, clock.now() + throttled.limit),
    close() {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException';
}
