/** Asks on a terminal, a line for each answer, until one can be read. Enter alone takes what is proposed. */
import { createInterface } from 'node:readline';
import { UpError } from '../errors.ts';
import type { Io } from '../io.ts';
import { visible } from '../output/visible.ts';
import { wrap } from '../output/wrap.ts';
import type { Read } from './answers.ts';

export interface Question<T> {
  readonly label: string;
  /** Lines that are shown once, before it. */
  readonly choices?: readonly string[];
  /** What Enter alone means, and how that is shown. */
  readonly proposed: { readonly shown: string; readonly value: T };
  read(answer: string): Read<T>;
}

export interface Asker {
  /** Throws UP_USAGE when the input ends, as by Ctrl-D. */
  ask<T>(question: Question<T>): Promise<T>;
  close(): void;
}

/** Of the mark and the label. */
const labelWidth = 13;

export function createAsker(io: Io): Asker {
  const { stdin, stderr } = io;
  const columns = () => Math.min(80, Math.max(40, io.columns));
  // Not as a terminal: that would take Ctrl-C for a letter.
  const reader = createInterface({ input: stdin, terminal: false });
  // Taken here and now: lines that are pasted at once wait in it for their questions.
  const lines = reader[Symbol.asyncIterator]();
  return {
    async ask({ label, choices = [], proposed, read }) {
      for (const line of choices) stderr.write(`${line}\n`);
      for (;;) {
        stderr.write(`? ${label.padEnd(11)}(${proposed.shown}) `);
        const line = await lines.next();
        if (line.done === true) {
          stderr.write('\n');
          throw new UpError('UP_USAGE', 'The question was not answered. Nothing was written.', {
            hint: 'up init --yes',
            next: ['up init --yes'],
          });
        }
        const answer = line.value.trim();
        if (answer === '') return proposed.value;
        const said = read(answer);
        if ('value' in said) return said.value;
        const problem = wrap(visible(said.problem), columns() - labelWidth);
        stderr.write(
          `! ${problem.map((one, index) => `${index === 0 ? ' '.repeat(11) : ' '.repeat(13)}${one}`).join('\n')}\n`,
        );
      }
    },
    close: () => reader.close(),
  };
}
