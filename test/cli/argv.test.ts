/** Words before any parser: what asks for help or the version, literals behind `--`, flags without their values. */
import { describe, expect, test } from 'vitest';
import { askedFor } from '../../cli/argv/asks.ts';
import {
  readLiterals,
  requireGiven,
  requireOneStage,
  requireSwitches,
  requireValues,
  withLiterals,
} from '../../cli/argv/checks.ts';
import { globalFlags, wordsOf } from '../../cli/completion/words.ts';
import { commandOf } from '../../cli/help/help.ts';
import { commands } from '../../cli/table.ts';

describe('what is asked for, whatever flags stand beside it', () => {
  test.each([
    ['-V', 'version'],
    ['-V -q', 'version'],
    ['--no-color --version', 'version'],
    ['--version --json', 'version'],
    ['-C x --region=eu-west-1 -V', 'version'],
    ['help', 'help'],
    ['-h -q', 'help'],
    ['help --json', 'help'],
    ['help logs', { helpWith: ['help', 'logs'] }],
    ['help -v domains ls', { helpWith: ['help', 'domains', 'ls'] }],
    ['logs --json -h', { helpWith: ['logs', '-h'] }],
    ['logs -f -h', null],
    ['version', null],
    ['logs -V', 'version'],
    ['-V init', 'version'],
    ['-Vq', 'version'],
    ['-V -h', 'help'],
    ['help -h', 'help'],
    ['help help', 'help'],
    ['-vq', null],
    ['--region -V', null],
    ['logs -- -V', null],
    ['logs -fh', null],
    ['', null],
  ])('up %s', (words, asked) => {
    expect(askedFor(words.split(' ').filter(Boolean))).toEqual(asked);
  });
});

test('words behind -- come through the parser as they are, but are no flags to it', () => {
  const marked = withLiterals(['init', '--', '-rf', 'b']);
  expect(marked.filter((word) => word.startsWith('-'))).toEqual([]);
  expect(readLiterals({ folder: marked[1], words: [marked[2]], yes: true })).toEqual({
    folder: '-rf',
    words: ['b'],
    yes: true,
  });
});

test.each([
  ['up -C', '-C needs a value'],
  ['up -C --json', '-C needs a value'],
  ['up url --region', '--region needs a value'],
  ['up -C - --region x', null],
  ['up --profile -1', null],
  ['up --profile=a', null],
  ['up -- -C', null],
])('%s', (line, message) => {
  const check = () => requireValues(line.split(' ').slice(1), globalFlags());
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

test.each(
  commands.flatMap(({ examples }) => examples.map(([example]) => example).filter((line) => /^up /.test(line))),
)('the example %s has a value for every flag that needs one', (example) => {
  const words =
    example
      .replace(/'[^']*'/g, 'quoted')
      .split(/ [|>]/)[0]
      ?.split(' ')
      .slice(1) ?? [];
  const own = wordsOf(commands.filter((command) => command === commandOf(words, commands)));
  const flags = [...globalFlags(), ...own.flatMap((one) => one.flags)];
  expect(() => requireValues(words, flags)).not.toThrow();
});

test.each([
  [{ chdir: '' }, '-C is empty'],
  [{ folder: '' }, 'the folder is empty'],
  [{ region: ['a', 'b'] }, '--region is given 2 times; give it once'],
  [{ port: ['0', '1'] }, '--port is given 2 times; give it once'],
  [{ command: '' }, '--command is empty'],
])('%j is an error', (args, message) => {
  expect(() => requireGiven(args)).toThrow(message);
});

test.each([
  ['up --local=yes', '--local is a switch and takes no value'],
  ['up --json=', '--json is a switch and takes no value'],
  ['up -q=1', '-q is a switch and takes no value'],
  ['up --no-color=false', '--no-color is a switch and takes no value'],
  ['up --local=true --quiet=false', null],
  ['up --region=1', null],
  ['up -- --local=yes', null],
])('%s', (line, message) => {
  const check = () => requireSwitches(line.split(' ').slice(1), globalFlags());
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

test.each([
  ['up url production -s staging', 'production', 'the stage is given as "production" and as "staging"'],
  ['up metrics --stage=staging production', 'production', 'the stage is given as "production" and as "staging"'],
  ['up url staging -s staging', 'staging', null],
  ['up logs -s=production', 'production', null],
  ['up url production -- -s staging', 'production', null],
])('%s', (line, stage, message) => {
  const check = () => requireOneStage(line.split(' ').slice(1), stage);
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});
