/**
 * Offers the app `waitUntil(promise)`, by the name under which the package's `./runtime` looks for it. What is handed
 * over keeps the environment awake until it is settled.
 */
import { callOf } from './place.ts';
import type { Tell } from './report.ts';

/** Formatting a stack takes a quarter of a millisecond. */
const maxPlaces = 20;

export interface Work {
  /** What was handed over and is not settled. */
  pending(): number;
  onSettled(listener: () => void): void;
}

export function offerWaitUntil(tell: Tell): Work {
  const settled: (() => void)[] = [];
  let count = 0;
  let pending = 0;

  // biome-ignore lint/complexity/noBannedTypes: whatever function it is
  function waitUntil(promise: unknown, callee: Function = waitUntil): void {
    const id = ++count;
    pending++;
    tell({ waiting: id, place: pending > maxPlaces ? 'and more' : callOf(callee).place() });
    const done = () => {
      pending--;
      tell({ done: id });
      if (pending === 0) for (const listener of settled) listener();
    };
    Promise.resolve(promise).then(done, (error: unknown) => {
      // Nobody else will report it.
      console.error(error);
      done();
    });
  }

  Object.defineProperty(globalThis, Symbol.for('up.waitUntil'), { value: waitUntil, configurable: true });
  return { pending: () => pending, onSettled: (listener) => void settled.push(listener) };
}
