/** Where the log of `up start` goes: lines for people on a terminal, the records as they are everywhere else. */
import type { Context } from '../../command.ts';
import { wantsColor } from '../../io.ts';
import { createStyle, isUnicode } from '../../output/style.ts';
import { createLines, type Lines } from './lines.ts';

/** Takes one line of the log at a time. */
export interface LogDestination {
  write(line: string): void;
}

export interface StartLog {
  readonly destination: LogDestination;
  /** Null where nobody looks. */
  readonly lines: Lines | null;
}

export function startLog({ io, flags }: Context, dir: string): StartLog {
  const write = (line: string) => void io.stdout.write(line);
  if (!io.stdoutIsTty || flags.json) return { destination: { write }, lines: null };
  const style = createStyle({ color: wantsColor(io.env, true, flags.color), unicode: isUnicode(io.env) });
  const lines = createLines({
    write: (line) => write(`${line}\n`),
    style,
    // A window may be made smaller meanwhile.
    get columns() {
      return io.columns;
    },
    dir,
    verbose: flags.verbose,
  });
  return { destination: lines, lines };
}
