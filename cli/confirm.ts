/** Asks before something is lost. Without a person to ask, the answer has to stand in the command. */
import { createInterface } from 'node:readline/promises';
import type { Context } from './command.ts';
import { UpError } from './errors.ts';

export interface Question {
  /** `Delete 7 resources?` */
  readonly text: string;
  /** The command that asks nothing. */
  readonly command: string;
  /** -y */
  readonly yes: boolean;
}

/** Throws UP_USAGE where nobody can be asked. */
export async function confirm({ io, flags }: Context, { text, command, yes }: Question): Promise<boolean> {
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderrIsTty || flags.json) {
    throw new UpError('UP_USAGE', 'Nobody is there to say yes. Nothing was changed.', {
      hint: command,
      next: [command],
    });
  }
  const reader = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return /^y(?:es)?$/i.test((await reader.question(`? ${text} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
