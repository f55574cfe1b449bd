/** `up help <command>`: one page for each command out of the table, examples last. */
import { expect, test } from 'vitest';
import { globalFlags, wordsOf } from '../../cli/completion/words.ts';
import { renderCommandHelp } from '../../cli/help/command-help.ts';
import { commandOf, nameOf, renderHelp, sharedFlags } from '../../cli/help/help.ts';
import { commands, groups } from '../../cli/table.ts';

test('a page says what a command takes, its flags, those of every command, and examples', () => {
  const page = renderCommandHelp(commands.find((one) => nameOf(one) === 'completion') as (typeof commands)[0], 80);
  expect(page).toMatchInlineSnapshot(`
    "  up completion <shell>: complete commands and flags in a shell

      Takes      shell  the shell: bash, zsh, fish
      Everywhere --local                     use a Lambda on this machine
                 -C, --chdir <folder>        work in another folder
                 --region, --profile <name>  AWS region and profile
                 --json                      one JSON object on stdout, for programs
                 -q, --quiet                 no progress
                 -v, --verbose               more detail with errors
                 --color, --no-color         whatever the terminal is
                 -h, --help                  this page

      Examples   source <(up completion bash)  in ~/.bashrc; for zsh the same in
                                               ~/.zshrc
                 up completion fish | source   in ~/.config/fish/config.fish
    "
  `);
});

test.each(
  commands.map((command) => [nameOf(command), command] as const),
)('of %s fits 80 columns and ends in examples', (_name, command) => {
  const lines = renderCommandHelp(command, 200).trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
  expect(lines.filter((line) => /^ {2}[A-Z]/.test(line)).at(-1)).toMatch(/^ {2}Examples/);
  for (const [example] of command.examples) expect(lines.some((line) => line.includes(example))).toBe(true);
});

test('every command that is about a stage takes it with -s, whether or not a word says it too', () => {
  const ofStages = wordsOf(commands).filter(({ positionals }) => positionals.some(({ name }) => name === 'stage'));
  const without = ofStages.filter(({ flags }) => !flags.some(({ names }) => names.includes('-s')));
  expect(without.map(({ name }) => name)).toEqual([]);
});

test('a flag that turns something off says what is left out, not what is done without it', () => {
  const off = wordsOf(commands).flatMap(({ flags }) => flags.filter(({ names }) => names[0]?.startsWith('--no-')));
  expect(off.map(({ names, describe }) => `${names[0]}: ${describe}`)).toEqual([
    '--no-watch: leave it running when files change',
    '--no-check: upload it without booting it here first',
    '--no-check: leave out building and booting the app',
  ]);
});

test('on a narrow terminal descriptions are wrapped, and names stay whole', () => {
  for (const command of commands) {
    const lines = renderCommandHelp(command, 60).trimEnd().split('\n');
    const names = command.examples.map(([example]) => example);
    const long = lines.filter((line) => line.length > 60 && !names.includes(line.replace('Examples', '').trim()));
    expect(long).toEqual([]);
  }
});

test('the first page has every command, in 80 columns, and ends in examples', () => {
  const lines = renderHelp(groups).trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  for (const command of commands) expect(lines.some((line) => line.includes(` ${nameOf(command)} `))).toBe(true);
  expect(lines.at(-3)).toMatch(/^ {2}Examples/);
});

test.each([
  [['logs', '-f', '-h'], 'logs'],
  [['--local', 'logs', 'url', '--help'], 'logs'],
  [['production', '--help'], 'deploy'],
  [['--local', '--help'], 'deploy'],
  [['-C', 'logs', 'env', '-h'], 'env'],
])('the words %j ask for the page of %s', (words, name) => {
  expect(nameOf(commandOf(words, commands) as (typeof commands)[0])).toBe(name);
});

test('what every command takes is what the parser takes everywhere', () => {
  const flags = (text: string) => text.match(/(?<![\w-])--?[a-zA-Z][a-z-]*/g) ?? [];
  const listed = sharedFlags.flatMap(([names]) => flags(names));
  for (const { names } of globalFlags()) expect(listed).toEqual(expect.arrayContaining([...names]));
  const taken = new Set(globalFlags().flatMap(({ names }) => names));
  expect(listed.filter((flag) => !taken.has(flag.replace(/^--no-/, '--')))).toEqual([]);
});
