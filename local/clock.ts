/** Time, as a value that is handed in: tests have one of their own and wait for nothing. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once so many milliseconds have passed, and gives what prevents it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** A timer that alone is left keeps no program alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
