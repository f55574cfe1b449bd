/** Asks before something is lost. Without a person to ask, the answer has to stand in the command. */
import { createInterface } from 'node:readline/promises';
import { commandAgain } from '../argv/again.ts';
import { placed } from '../argv/place.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { isCi } from '../io.ts';

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

/** Throws UP_USAGE where nobody can be asked, or answers. */
export async function confirm({ io, flags }: Context, { text, words, yes, evidence }: Question): Promise<boolean> {
  if (yes) return true;
  const [look, command] = ['--dry-run', '-y'].map((flag) => placed(commandAgain([...words, flag]) ?? '', flags));
  // The first proposal is the dry run, so that a program which runs it loses nothing.
  const ways = { hint: command ?? '', next: [look ?? '', command ?? ''] };
  if (!io.stdin.isTTY || !io.stderrIsTty || isCi(io.env) || flags.json) {
    throw new UpError('UP_USAGE', 'Nobody is there to say yes. Nothing was changed.', {
      ...ways,
      ...(flags.json && evidence !== undefined && { evidence }),
    });
  }
  // Not as a terminal, in which readline would handle Ctrl-C itself.
  const reader = createInterface({ input: io.stdin, output: io.stderr, terminal: false });
  // Ctrl-D ends the input and answers nothing.
  const closed = new Promise<null>((resolve) => reader.once('close', () => resolve(null)));
  const answer = await Promise.race([reader.question(`? ${text} [y/N] `), closed]);
  reader.close();
  if (answer === null) {
    io.stderr.write('\n');
    throw new UpError('UP_USAGE', 'The question was not answered. Nothing was changed.', ways);
  }
  return /^y(?:es)?$/i.test(answer.trim());
}
