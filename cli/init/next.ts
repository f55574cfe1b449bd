/** What one does after `up init`, as commands and as lines for a person. */
import { relative } from 'node:path';
import { placed } from '../argv/place.ts';
import { quote } from '../argv/shell.ts';
import type { GlobalFlags } from '../command.ts';

export interface After {
  readonly cwd: string;
  /** Of the app. */
  readonly dir: string;
  /** What brings its packages; null where none are missing. */
  readonly install: string | null;
  readonly flags: GlobalFlags;
}

interface Step {
  readonly command: string;
  readonly what: string;
}

export function nextSteps({ cwd, dir, install, flags }: After): Step[] {
  const folder = relative(cwd, dir);
  // It has gone there, and the region stands in up.json.
  const place = { ...flags, chdir: '.', region: undefined };
  const steps = [
    ...(folder === '' ? [] : [{ command: `cd ${quote(folder.replace(/^-/, './-'))}`, what: '' }]),
    ...(install === null ? [] : [{ command: install, what: '' }]),
    { command: placed('up start', place), what: 'run it here, anew with every edit' },
    { command: placed('up --local', place), what: 'deploy to this machine: no account needed' },
    { command: placed('up', place), what: 'deploy to AWS' },
  ];
  const seen = new Set<string>();
  return steps.filter(({ command }) => !seen.has(command) && seen.add(command));
}

/** Of a long name its own line alone is long. */
const longest = 30;

export function renderNext(steps: readonly Step[]): string {
  const width = Math.min(longest, Math.max(...steps.map(({ command }) => command.length))) + 3;
  return steps
    .map(({ command, what }, index) =>
      `  ${(index === 0 ? 'Next' : '').padEnd(11)}${command.padEnd(width)}${what}`.trimEnd(),
    )
    .join('\n');
}
