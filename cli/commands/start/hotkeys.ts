/** What each key of `up start` does. */
import type { Context } from '../../command.ts';
import { isCi } from '../../io.ts';
import { browserCommands, pipeTo } from '../../programs.ts';
import { isForeground } from './foreground.ts';
import { type Key, keysLine, listenToKeys } from './keys.ts';
import type { StartLog } from './log.ts';

export interface HotkeysOptions {
  readonly context: Context;
  readonly log: StartLog;
  readonly url: string;
  readonly restart: () => void;
  /** Null where environments are not to be had. */
  readonly coldStart: (() => void) | null;
}

/** The whole screen, and what has scrolled off it. */
const clearScreen = '\u001b[2J\u001b[3J\u001b[H';

export function followKeys(options: HotkeysOptions): void {
  const { context, log } = options;
  const { io, report } = context;
  if (log.lines === null || !io.stderrIsTty || isCi(io.env) || io.stdin.isTTY !== true || !isForeground()) return;
  const keys = keysOf(options, log.lines);
  report.info('Keys', keysLine(keys));
  io.stdout.write('\n');
  listenToKeys({ stdin: io.stdin, blank: () => void io.stdout.write('\n'), quit: context.quit }, keys);
}

function keysOf({ context, url, restart, coldStart }: HotkeysOptions, lines: NonNullable<StartLog['lines']>): Key[] {
  const { io, report } = context;
  const open = async () => {
    if (!(await pipeTo(browserCommands(url), ''))) report.warn('Browser', `none could be started: open ${url}`);
  };
  return [
    { key: 'o', name: 'open', press: () => void open() },
    { key: 'r', name: 'restart', press: restart },
    ...(coldStart ? [{ key: 'c', name: 'cold start', press: coldStart }] : []),
    { key: 'l', name: 'level', press: () => report.info('Level', lines.nextLevel()) },
    { key: 'k', name: 'clear', press: () => void io.stdout.write(clearScreen) },
    { key: 'q', name: 'quit', press: () => context.quit() },
  ];
}
