/** The keys that `up start` listens to on a terminal. What was typed is never shown, and the terminal is given back. */
import type { Readable } from 'node:stream';

export interface Key {
  readonly key: string;
  readonly name: string;
  press(): void;
}

export interface Terminal {
  readonly stdin: Readable & { setRawMode?(raw: boolean): unknown };
  /** A line in between, to set apart what follows. */
  blank(): void;
  quit(): void;
}

/** As the terminal sends them in raw mode, where they are no signals any more. */
const controls: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};
const endOfInput = '\u0004';

/** `Keys  o open  r restart`: the help line. */
export function keysLine(keys: readonly Key[]): string {
  return keys.map(({ key, name }) => `${key} ${name}`).join('  ');
}

/** Listens until the program exits. */
export function listenToKeys(terminal: Terminal, keys: readonly Key[]): void {
  const { stdin } = terminal;
  const raw = (on: boolean) => void stdin.setRawMode?.(on);
  raw(true);
  process.once('exit', () => raw(false));
  process.on('SIGCONT', () => raw(true));
  stdin.on('data', (chunk: Buffer) => {
    for (const typed of chunk.toString()) press(typed);
  });
  // The terminal is gone; SIGHUP says so too.
  stdin.on('error', () => {});

  function press(typed: string): void {
    const signal = controls[typed];
    // Restores the terminal first: after some of these signals nothing else of this program runs.
    if (signal !== undefined) raw(false);
    if (signal !== undefined) process.kill(process.pid, signal);
    else if (typed === endOfInput) terminal.quit();
    else if (typed === '\r' || typed === '\n') terminal.blank();
    else keys.find(({ key }) => key === typed.toLowerCase())?.press();
  }
}
