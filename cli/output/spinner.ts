/** The frames of the spinner beside a step that is under way. */
import { isUnicode } from './style.ts';

const frames = { unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['|', '/', '-', '\\'] } as const;

/** None without colour: who wants none, or has a terminal without, wants no line that is written over either. */
export function spinnerFrames(env: NodeJS.ProcessEnv, color: boolean): readonly string[] {
  if (!color || env.TERM === 'dumb') return [];
  return isUnicode(env) ? frames.unicode : frames.ascii;
}

/** The spinner is one of dots, for terminals that show more than ASCII. */
export function isDotted([first]: readonly string[]): boolean {
  return first === frames.unicode[0];
}
