/** Asks before something is lost. Without a person to ask, the answer has to stand in the command. */
import { createInterface } from 'node:readline/promises';
import { commandAgain } from './again.ts';
import type { Context, GlobalFlags } from './command.ts';
import { UpError } from './errors.ts';

export interface Question {
  /** `Delete 7 resources?` */
  readonly text: string;
  /** The command, without the flags that all commands take: `['delete', 'staging']`. */
  readonly words: readonly string[];
  /** -y */
  readonly yes: boolean;
}

/** Throws UP_USAGE where nobody can be asked. */
export async function confirm({ io, flags }: Context, { text, words, yes }: Question): Promise<boolean> {
  if (yes) return true;
  if (!io.stdin.isTTY || !io.stderrIsTty || flags.json) {
    const command = commandAgain([...words, '-y', ...flagsAgain(flags)]) ?? '';
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

function flagsAgain({ chdir, local, region, profile }: GlobalFlags): string[] {
  return [
    ...(chdir === '.' ? [] : ['-C', chdir]),
    ...(local ? ['--local'] : []),
    ...(region === undefined ? [] : ['--region', region]),
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
}
