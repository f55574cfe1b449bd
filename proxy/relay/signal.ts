/** A change that several may wait for, each with a bound of its own; it may happen again and again. */
export interface Signal {
  fire(): void;
  /** True when it fires within so many milliseconds. */
  within(milliseconds: number): Promise<boolean>;
}

/** setTimeout fires at once beyond it. */
const longestTimerMs = 2 ** 31 - 1;

export function createSignal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    fire() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    within(milliseconds) {
      if (milliseconds <= 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(
          () => {
            waiting = waiting.filter((other) => other !== wake);
            resolve(false);
          },
          Math.min(milliseconds, longestTimerMs),
        );
        waiting.push(wake);
      });
    },
  };
}
