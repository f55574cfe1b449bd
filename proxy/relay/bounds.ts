/**
 * How long requests may take. One timer serves them all, set for the one that must end first of those it was set for, and
 * left alone when that one has ended in time: to set and clear one for each request took as long as the rest of its
 * bookkeeping. It decides nothing: when it fires, perhaps after a freeze, the clock is asked about the requests there are.
 */
import { performance } from 'node:perf_hooks';
import type { Cancellation } from './upstream.ts';

export interface Bound extends Cancellation {
  /** Milliseconds. */
  left(): number;
  isLate(): boolean;
  clear(): void;
}

export interface Bounds {
  /** Of a request from now on: so many milliseconds, or until its client is gone. */
  start(milliseconds: number, client: AbortSignal | undefined): Bound;
}

/** A timer may fire a moment before its time. */
const earlyMs = 5;

export function createBounds(): Bounds {
  const running = new Set<Running>();
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;

  function wakeAt(end: number): void {
    if (end >= due) return;
    clearTimeout(timer);
    due = end;
    timer = setTimeout(look, Math.max(0, end - performance.now()));
  }

  /** Requests in flight keep this process alive; an idle timer does not. */
  function remove(one: Running): void {
    running.delete(one);
    if (running.size === 0) timer?.unref();
  }

  function look(): void {
    due = Number.POSITIVE_INFINITY;
    let next = due;
    for (const one of running) {
      if (one.isLate()) one.over();
      else next = Math.min(next, one.end);
    }
    wakeAt(next);
  }

  return {
    start(milliseconds, client) {
      const end = performance.now() + milliseconds;
      const one = new Running(end, client, remove);
      if (one.isOver()) return one;
      if (running.size === 0) timer?.ref();
      running.add(one);
      wakeAt(end);
      return one;
    },
  };
}

class Running implements Bound {
  readonly end: number;
  private readonly client: AbortSignal | undefined;
  private readonly remove: (one: Running) => void;
  private isEnded: boolean;
  private listener: (() => void) | null = null;
  private readonly onAbort: (() => void) | null = null;

  constructor(end: number, client: AbortSignal | undefined, remove: (one: Running) => void) {
    this.end = end;
    this.client = client;
    this.remove = remove;
    this.isEnded = client?.aborted ?? false;
    if (client === undefined) return;
    this.onAbort = () => this.over();
    client.addEventListener('abort', this.onAbort, { once: true });
  }

  over(): void {
    this.isEnded = true;
    this.remove(this);
    this.listener?.();
  }

  isOver(): boolean {
    return this.isEnded;
  }

  onOver(listener: (() => void) | null): void {
    this.listener = listener;
  }

  left(): number {
    return this.end - performance.now();
  }

  isLate(): boolean {
    return performance.now() >= this.end - earlyMs;
  }

  clear(): void {
    this.remove(this);
    if (this.onAbort) this.client?.removeEventListener('abort', this.onAbort);
  }
}
