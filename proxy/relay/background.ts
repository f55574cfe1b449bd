/**
 * Work after the answer. Lambda freezes an environment once nobody has anything left to do, so whoever waits here keeps
 * it awake, until the work is done or its bound is reached: promises that the app handed to `waitUntil`, seconds that it
 * asked for by `x-up-wait-until`, and whatever it does while `proxy.background` allows.
 */
import type { Log } from '../../http/log.ts';

export interface BackgroundOptions {
  readonly log: Log;
  /** `proxy.background`, seconds; 0 for none. */
  readonly seconds: number;
}

export interface Background {
  /** A promise was handed over at this place in the app's code. */
  began(id: number, place: string): void;
  ended(id: number): void;
  /** The app asked for so many seconds from now. */
  hold(seconds: number): void;
  /** A request goes to the app; `tells` when the app can tell that it has become quiet. */
  requested(tells: boolean): void;
  /** It has. */
  quiet(): void;
  /** A timer is pending, at this place. */
  timer(timer: string, delay: number, place: string): void;
  /** The app is gone, and its work with it. */
  clear(): void;
  /** Resolves when nothing is left to do, or after `bound` milliseconds. */
  done(bound: number): Promise<void>;
}

export function createBackground({ log, seconds }: BackgroundOptions): Background {
  const promises = new Map<number, string>();
  let holdUntil = 0;
  let busy: 'no' | 'until quiet' | 'for its time' = 'no';
  let changed = () => {};

  function hasWork(): boolean {
    return promises.size > 0 || busy !== 'no' || holdUntil > performance.now();
  }

  /** Milliseconds until every reason to stay awake has expired by itself. */
  function rest(started: number, bound: number): number {
    const now = performance.now();
    const allowed = seconds > 0 ? Math.min(bound, seconds * 1000) : bound;
    const work = promises.size > 0 || busy !== 'no' ? started + allowed : 0;
    return Math.max(work, Math.min(holdUntil, started + bound)) - now;
  }

  async function done(bound: number): Promise<void> {
    if (!hasWork()) return;
    const started = performance.now();
    for (let left = rest(started, bound); hasWork() && left > 0; left = rest(started, bound)) await changeWithin(left);
    const places = [...new Set(promises.values())];
    if (places.length > 0) {
      const after = Math.round(performance.now() - started);
      log.warn('background work cut off', { places, promises: promises.size, after });
    }
    forget();
  }

  function changeWithin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, milliseconds);
      function finish(): void {
        clearTimeout(timer);
        changed = () => {};
        resolve();
      }
      changed = finish;
    });
  }

  /** What was cut off goes on at the next thaw, if ever, and holds nothing any more. */
  function forget(): void {
    promises.clear();
    holdUntil = 0;
    busy = 'no';
  }

  return {
    began: (id, place) => void promises.set(id, place),
    ended(id) {
      promises.delete(id);
      changed();
    },
    hold(length) {
      holdUntil = Math.max(holdUntil, performance.now() + length * 1000);
    },
    requested(tells) {
      if (seconds > 0) busy = tells ? 'until quiet' : 'for its time';
    },
    quiet() {
      if (busy === 'until quiet') busy = 'no';
      changed();
    },
    timer(timer, delay, place) {
      if (!hasWork()) log.warn('timer pending at freeze', { timer, delay, place });
    },
    clear() {
      forget();
      changed();
    },
    done,
  };
}

/** Where there is nothing to wait for: no app, or an environment that is not frozen between invocations. */
export const noBackground: Background = {
  began() {},
  ended() {},
  hold() {},
  requested() {},
  quiet() {},
  timer() {},
  clear() {},
  done: async () => {},
};
