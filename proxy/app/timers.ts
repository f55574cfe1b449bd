/**
 * Reports timers that are still pending after the last answer: on Lambda the freeze stops them. Each place in the code
 * is reported once. Timers that are unref'd do not count.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { type Call, callOf } from './place.ts';
import type { Tell } from './report.ts';
import type { Requests } from './requests.ts';
import type { Work } from './wait-until.ts';

interface Pending {
  readonly name: string;
  readonly delay: number;
  readonly call: Call;
  isPending(): boolean;
}

/** Of an app that makes more timers than this between two checks, the rest is not tracked. */
const maxTimers = 1_000;
const maxPlaces = 20;
/** Shorter ones are over before an answer is. */
const leastMs = 10;

export function reportTimers(tell: Tell, requests: Requests, work: Work): void {
  let pending: Pending[] = [];
  const told = new Set<string>();

  function look(): void {
    if (requests.inFlight() > 0 || work.pending() > 0) return;
    pending = pending.filter((timer) => timer.isPending());
    // Cancelled timers may be among them; Node knows whether any timer keeps the event loop alive.
    if (pending.length === 0 || !process.getActiveResourcesInfo().includes('Timeout')) return;
    for (const { name, delay, call } of pending) {
      const place = call.place();
      if (told.size >= maxPlaces || told.has(place)) continue;
      told.add(place);
      tell({ timer: name, delay, place });
    }
  }

  watch((timer) => {
    if (timer.delay < leastMs) return;
    if (pending.length >= maxTimers) pending = pending.filter((known) => known.isPending());
    if (pending.length < maxTimers && told.size < maxPlaces) pending.push(timer);
  });
  // After the handlers of the answer's end have run, which often clear timers, but no later: a freeze may be near.
  requests.onIdle(() => process.nextTick(look));
  work.onSettled(() => process.nextTick(look));
}

type Make = (callback: () => void, delay?: number, ...rest: unknown[]) => NodeJS.Timeout;
type Sleep = (delay?: number, ...rest: unknown[]) => Promise<unknown>;

/** Replaces Node's timer functions wherever code may find them. */
function watch(onTimer: (timer: Pending) => void): void {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const watched = watchedMake(name, timers[name] as Make, onTimer);
    replace(timers, name, watched);
    replace(globalThis, name, watched);
  }
  replace(promises, 'setTimeout', watchedSleep(promises.setTimeout as Sleep, onTimer));
  syncBuiltinESMExports();
}

function watchedMake(name: string, make: Make, onTimer: (timer: Pending) => void): Make {
  const watched: Make = (callback, delay, ...rest) => {
    const timer = make(callback, delay, ...rest);
    onTimer({ name, delay: Number(delay) || 0, call: callOf(watched), isPending: () => isPending(timer) });
    return timer;
  };
  // `util.promisify` and the like are found on the function.
  return Object.defineProperties(watched, Object.getOwnPropertyDescriptors(make));
}

/** `_destroyed` is what Node itself goes by; `hasRef` stays as it was when a timer is over. */
function isPending(timer: NodeJS.Timeout & { readonly _destroyed?: boolean }): boolean {
  return timer._destroyed !== true && timer.hasRef();
}

function watchedSleep(sleep: Sleep, onTimer: (timer: Pending) => void): Sleep {
  const watched: Sleep = (delay, ...rest) => {
    const due = performance.now() + (Number(delay) || 0);
    // Not by following the promise: a handler of ours would hide an unhandled rejection from the app.
    onTimer({
      name: 'setTimeout',
      delay: Number(delay) || 0,
      call: callOf(watched),
      isPending: () => performance.now() < due,
    });
    return sleep(delay, ...rest);
  };
  return Object.defineProperties(watched, Object.getOwnPropertyDescriptors(sleep));
}

function replace(holder: object, name: string, value: unknown): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (descriptor?.configurable === false && descriptor.writable === false) return;
  Object.defineProperty(holder, name, {
    ...descriptor,
    value,
    writable: true,
    configurable: true,
  } as PropertyDescriptor);
}
