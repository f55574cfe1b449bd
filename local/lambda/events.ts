/**
 * Asynchronous invocations: taken at once, run later, and tried again. What was taken is run at least once, also when the
 * platform ends before that: the next one on the same state goes on.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { randomUUID } from 'node:crypto';
import { isThrottle } from '../aws/error.ts';
import type { Clock } from '../clock.ts';
import type { Engine, EventInvokeConfig, InvokeRequest } from '../model.ts';
import type { EventJournal, QueuedEvent } from './event-journal.ts';

export interface Events {
  /**
   * Resolves when the event is remembered, and runs it as soon as the function has room. Nobody hears how it ends; the log
   * of the function does.
   */
  put(request: InvokeRequest): Promise<void>;
  /** Goes on with what an earlier platform has left. */
  resume(): Promise<void>;
  /** Starts nothing any more. */
  close(): void;
}

export interface EventsOptions {
  /** What the owner of the function has set. */
  readonly config?: (request: InvokeRequest) => Partial<EventInvokeConfig> | undefined;
  /** Without one, a platform that ends forgets what waits. */
  readonly journal?: EventJournal;
}

/** Milliseconds before the second and the third try of an event that the function failed with. */
const retryDelays = [60_000, 120_000];
/** An event that finds no room waits from a second to five minutes, each time twice as long. */
const pauses = { first: 1_000, longest: 300_000 };
/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const defaults = { attempts: 2, ageSeconds: 21_600 };

export function createEvents(
  engine: Pick<Engine, 'invoke'>,
  clock: Clock,
  { config = () => undefined, journal }: EventsOptions = {},
): Events {
  const waiting = new Set<() => void>();
  let isClosed = false;

  async function postpone(event: QueuedEvent, milliseconds: number): Promise<void> {
    const postponed = { ...event, due: clock.now() + milliseconds };
    // If it cannot be written, as on a full disk, the journal keeps the event's earlier state, and this platform goes
    // on with the new one.
    await journal?.put(postponed).catch(() => {});
    later(postponed);
  }

  function later(event: QueuedEvent): void {
    if (isClosed) return;
    const cancel = clock.after(Math.max(0, event.due - clock.now()), () => {
      waiting.delete(cancel);
      void attempt(event);
    });
    waiting.add(cancel);
  }

  async function attempt(event: QueuedEvent): Promise<void> {
    const next = await run(event).catch(() => null);
    // An invocation that fails because the platform is closing is run again by the next platform.
    if (isClosed && next !== null) return;
    if (next === null) await journal?.remove(event.id).catch(() => {});
    else await postpone(next.event, next.milliseconds);
  }

  /** Null when there is no next try. */
  async function run(event: QueuedEvent): Promise<{ event: QueuedEvent; milliseconds: number } | null> {
    const { MaximumRetryAttempts = defaults.attempts, MaximumEventAgeInSeconds = defaults.ageSeconds } =
      config(event.request) ?? {};
    const isYoung = (milliseconds: number) =>
      clock.now() + milliseconds <= event.received + MaximumEventAgeInSeconds * 1000;
    try {
      const { functionError } = await engine.invoke(event.request);
      const milliseconds = functionError === undefined ? undefined : retryDelays[event.tries];
      if (milliseconds === undefined || event.tries >= MaximumRetryAttempts || !isYoung(milliseconds)) return null;
      return { event: { ...event, tries: event.tries + 1, pause: pauses.first }, milliseconds };
    } catch (error) {
      // The function is gone, or was never there: the event is dropped.
      if (!isThrottle(error) || !isYoung(event.pause)) return null;
      return { event: { ...event, pause: Math.min(event.pause * 2, pauses.longest) }, milliseconds: event.pause };
    }
  }

  return {
    async put(request) {
      const now = clock.now();
      const event = { id: randomUUID(), request, tries: 0, pause: pauses.first, received: now, due: now };
      if (journal) await journal.put(event);
      if (!isClosed) void attempt(event);
    },
    async resume() {
      for (const event of (await journal?.read()) ?? []) later(event);
    },
    close() {
      isClosed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}
