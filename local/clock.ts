/** Time as a value that is passed in, so that tests can use a clock of their own and wait for nothing. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `callback` after so many milliseconds; returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Its timers do not keep the program alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
