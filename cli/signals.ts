/** Ctrl-C and SIGTERM: the command's own ending if it has one, then the exit code of the contract. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Signals {
  /** What to do before the program ends. A second signal ends it at once. */
  onInterrupt(ending: () => Promise<void>): void;
}

export function handleSignals(onUnprepared: (signal: keyof typeof codes) => void): Signals {
  let ending: (() => Promise<void>) | null = null;
  let ended = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ended) process.exit(codes[signal]);
      ended = true;
      if (ending === null) {
        onUnprepared(signal);
        process.exit(codes[signal]);
      }
      void ending().finally(() => process.exit(codes[signal]));
    });
  }
  return {
    onInterrupt(next) {
      ending = next;
    },
  };
}
