/** Ctrl-C, SIGTERM and a terminal that is closed: the command's own ending if it has one, then the exit code of the contract. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface Signals {
  /** What to do before the program ends. A second signal ends it at once. */
  onInterrupt(ending: () => Promise<void>): void;
  /** Where a change stands from now on, for somebody who breaks it off: one sentence. */
  standing(sentence: string): void;
  /** The user is done: the ending, and exit code 0. */
  quit(): void;
}

export interface HandledSignals extends Signals {
  /** The command has an ending of its own: it serves until it is told to end. */
  hasEnding(): boolean;
}

/** `onUnprepared` reports the interruption of a command without an ending; it gets the sentence of `standing`. */
export function handleSignals(onUnprepared: (signal: keyof typeof codes, stands: string) => void): HandledSignals {
  let stands = 'What is live stays live.';
  let ending: (() => Promise<void>) | null = null;
  let ended = false;
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ended) process.exit(codes[signal]);
      ended = true;
      if (ending === null) {
        onUnprepared(signal, stands);
        process.exit(codes[signal]);
      }
      end(ending, codes[signal]);
    });
  }
  return {
    quit() {
      if (ended) return;
      ended = true;
      end(ending ?? (async () => {}), 0);
    },
    standing(sentence) {
      stands = sentence;
    },
    hasEnding: () => ending !== null,
    onInterrupt(next) {
      ending = next;
    },
  };
}

/** Keeps the program alive during the ending, which may wait only for unref'd handles. */
function end(ending: () => Promise<void>, code: number): void {
  const held = setInterval(() => {}, 60_000);
  void ending().finally(() => {
    clearInterval(held);
    process.exit(code);
  });
}
