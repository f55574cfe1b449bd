/** Asks before something is lost. Without a person to ask, the answer has to stand in the command. */
import { createInterface } from 'node:readline/promises';
import { commandAgain } from './again.ts';
import type { Context } from './command.ts';
import { UpError } from './errors.ts';
import { isCi } from './io.ts';
import { placed } from './place.ts';

export interface Question {
  /** `Delete 7 resources?` */
  readonly text: string;
  /** The command, without the flags that all commands take: `['delete', 'staging']`. */
  readonly words: readonly string[];
  /** What would go, where it was not shown: a line each. */
  readonly evidence?: string;
  /** -y */
  readonly yes: boolean;
}

/** Throws UP_USAGE where nobody can be asked. */
export async function confirm({ io, flags }: Context, { text, words, yes, evidence }: Question): Promise<boolean> {
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderrIsTty || isCi(io.env) || flags.json) {
    const command = placed(commandAgain([...words, '-y']) ?? '', flags);
    throw new UpError('UP_USAGE', 'Nobody is there to say yes. Nothing was changed.', {
      hint: command,
      next: [command],
      ...(flags.json && evidence !== undefined && { evidence }),
    });
  }
  // Not as a terminal: that would take Ctrl-C for a letter.
  const reader = createInterface({ input: io.stdin, output: io.stderr, terminal: false });
  // Ctrl-D ends the input and answers nothing.
  const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  const answer = await Promise.race([reader.question(`? ${text} [y/N] `), closed]);
  reader.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
