/** The first page of help, from the table of commands. What a command takes in detail, its own --help says. */
import { isName } from '../argv/again.ts';
import type { Command } from '../command.ts';

/** `name` is the first word of a command's usage. */
export interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

export function renderHelp(groups: readonly Group[]): string {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map((command) => usageOf(command).length)));
  const line = (title: string, usage: string, about: string) => `  ${title.padEnd(10)} ${usage.padEnd(width)} ${about}`;
  const lines = [`  ${'up [stage]'.padEnd(width + 12)}deploy (default stage: staging)`, ''];
  for (const { title, commands } of groups) {
    commands.forEach((command, index) => {
      lines.push(line(index === 0 ? title : '', usageOf(command), command.summary));
    });
  }
  return `${[...lines, '', ...footer].join('\n')}\n`;
}

/** The same for a program. */
export function helpJson(groups: readonly Group[]): object {
  const rows = groups.flatMap(({ title, commands }) =>
    commands.map((command) => ({
      group: title,
      command: nameOf(command),
      usage: usageOf(command),
      summary: command.summary,
    })),
  );
  return { usage: 'up [stage]', commands: rows, flags: flagsJson(sharedFlags) };
}

export function flagsJson(rows: readonly (readonly [flag: string, about: string])[]): object[] {
  return rows.map(([flag, about]) => ({ flag, about }));
}

/** The last form is the one with a name of its own. */
export function usageOf({ usage }: Command): string {
  return typeof usage === 'string' ? usage : (usage.at(-1) ?? '');
}

export function nameOf(command: Command): string {
  return usageOf(command).split(' ')[0] ?? '';
}

/** The command that words are about; a deploy when they name none: `up production --help`. */
export function commandOf(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const names = commands.map(nameOf);
  const name = words.filter(isName).find((word) => names.includes(word)) ?? 'deploy';
  return commands.find((command) => nameOf(command) === name);
}

/** What every command takes. */
export const sharedFlags: readonly (readonly [flag: string, about: string])[] = [
  ['--local', 'use a Lambda on this machine'],
  ['-C, --chdir <folder>', 'work in another folder'],
  ['--region, --profile <name>', 'AWS region and profile'],
  ['--json', 'one JSON object on stdout, for programs'],
  ['-q, --quiet', 'no progress'],
  ['-v, --verbose', 'more detail with errors'],
  ['--color, --no-color', 'whatever the terminal is'],
  ['-h, --help', 'this page'],
];

const footer = [
  '  Flags      --local   use a Lambda on this machine: no account needed',
  '             -C dir    work in another folder',
  '             --region, --profile, --json, -q quiet, -v verbose, --no-color,',
  '             -V version, -h help',
  '  Examples   up --local                  up production',
  '             up logs -f                  up url --open',
  '             up help <command>           details and examples',
];
