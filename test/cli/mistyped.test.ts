/** A mistake in what was typed is shown in what was typed, with the way to say it right where one is near. */
import { describe, expect, test } from 'vitest';
import { inTyped } from '../../cli/argv/mistyped.ts';
import { UpError } from '../../cli/errors.ts';
import { commands } from '../../cli/table.ts';

/** What the parser of flags says, or we, of the words; as lines: message, evidence, hint. */
function shown(said: string, words: string, hint = 'up help'): string {
  const { message, evidence, hint: fix } = inTyped(new UpError('UP_USAGE', said, { hint }), words.split(' '), commands);
  return [message, evidence, fix].filter((line) => line !== undefined).join('\n');
}

describe('a mistake is shown', () => {
  test.each<[title: string, said: string, words: string, lines: string[]]>([
    [
      'a flag with a slip',
      'Unknown argument: followw',
      'logs --followw -S 1h',
      [
        'up logs has no flag --followw, did you mean "--follow"?',
        'up logs --followw -S 1h',
        '        ^^^^^^^^^',
        'up logs --follow -S 1h',
      ],
    ],
    [
      'a slip behind what a flag of every command has for its value',
      'Unknown argument: followw',
      '-C shop logs --followw',
      [
        'up logs has no flag --followw, did you mean "--follow"?',
        'up -C shop logs --followw',
        '                ^^^^^^^^^',
        'up -C shop logs --follow',
      ],
    ],
    [
      'its value is kept',
      'Unknown arguments: sinse, since',
      'logs --sinse=1h',
      [
        'up logs has no flag --sinse, did you mean "--since"?',
        'up logs --sinse=1h',
        '        ^^^^^^^^^^',
        'up logs --since=1h',
      ],
    ],
    [
      'a flag of no command',
      'Unknown argument: frobnicate',
      '--local --frobnicate',
      ['up deploy has no flag --frobnicate', 'up --local --frobnicate', '           ^^^^^^^^^^^^', 'up help'],
    ],
    [
      'a value that the parser takes for flags',
      'Unknown arguments: 5, m',
      'logs -S -5m',
      ['up logs has no flag -5m', 'up logs -S -5m', '           ^^^', 'up help logs'],
    ],
    [
      'a flag and its value in one word',
      'Unknown arguments: s, p, r, o, d, u, c, t, i, n',
      'url -sproduction',
      ['up url has no flag -sproduction', 'up url -sproduction', '       ^^^^^^^^^^^^', 'up help url'],
    ],
    [
      'a flag that is called as the command is',
      'Unknown argument: build',
      'build --no-build',
      ['up build has no flag --no-build', 'up build --no-build', '         ^^^^^^^^^^', 'up help build'],
    ],
    [
      'a word too many',
      'Unknown arguments: b, c',
      'rollback a b c',
      ['up rollback takes no "b"', 'up rollback a b c', '              ^', 'up help rollback'],
    ],
    [
      'a word that is none of a list',
      'Invalid values: Argument: do, Given: "plam", Choices: "plan", "apply"',
      'stack plam',
      ['"plam" is not one of plan, apply, did you mean "plan"?', 'up stack plam', '         ^^^^', 'up stack plan'],
    ],
    [
      'a value of a flag that takes none',
      '--dry-run is a switch and takes no value',
      'delete --dry-run=1',
      ['--dry-run is a switch and takes no value', 'up delete --dry-run=1', '          ^^^^^^^^^^^', 'up help delete'],
    ],
    [
      'a value that a command refuses',
      '--port takes a number from 0 to 65535, not "x"',
      'start --port=x',
      ['--port takes a number from 0 to 65535, not "x"', 'up start --port=x', '         ^^^^^^^^', 'up help start'],
    ],
    [
      'a value for which a message knows another',
      '"us-east1" is not an AWS region, did you mean "us-east-1"?',
      'url --region us-east1',
      [
        '"us-east1" is not an AWS region, did you mean "us-east-1"?',
        'up url --region us-east1',
        '                ^^^^^^^^',
        'up url --region us-east-1',
      ],
    ],
    [
      'what is missing has no place, but a name',
      'Not enough non-option arguments: got 0, need at least 1',
      'stack',
      ['up stack needs a word more, <do>: plan, apply, status, delete', 'up stack plan'],
    ],
    [
      'a flag without its value',
      '-C needs a value',
      'url -C',
      ['-C needs a value', 'up url -C', '       ^^', 'up help url'],
    ],
    [
      'a number where a word was meant',
      'Invalid values: Argument: template, Given: 2, Choices: "http", "hono"',
      'init --template 2',
      ['"2" is not one of http, hono', 'up init --template 2', '                   ^', 'up help init'],
    ],
    [
      'a flag behind the end of flags',
      'Unknown arguments: --local',
      'url -- staging --local',
      ['up url takes no "--local"', 'up url -- staging --local', '                  ^^^^^^^', 'up help url'],
    ],
  ])('%s', (_title, said, words, lines) => {
    expect(shown(said, words).split('\n')).toEqual(lines);
  });

  test('of a long line, what stands around it, in 80 columns', () => {
    const words = ['logs', 'word '.repeat(40), '--sinse', 'word '.repeat(40)];
    const { evidence = '' } = inTyped(new UpError('UP_USAGE', 'Unknown argument: sinse'), words, commands);
    const [line = '', mark = ''] = evidence.split('\n');
    expect(line.slice(mark.indexOf('^'), mark.length)).toBe('--sinse');
    expect(line.length).toBeLessThanOrEqual(76);
  });
});

test.each(['pro', 'doc', 'beta'])('a stage called %s is none, though commands begin so', (stage) => {
  const error = new UpError('UP_USAGE', '--canary takes a share such as 10%, not "200%"');
  expect(inTyped(error, [stage, '--canary', '200%'], commands).message).toBe(error.message);
});

describe('nothing is shown', () => {
  test('of what could be a secret', () => {
    expect(shown('Unknown argument', 'env set --sk_live_1')).toBe('Unknown argument\nup help env');
    expect(shown('--plain is a switch and takes no value', '-C shop env set KEY=sk_live_1 --plain=1')).toBe(
      '--plain is a switch and takes no value\nup help env',
    );
    expect(shown('Invalid values', 'env sk_live_1')).toBe(
      'up env does one of ls, set, get, rm, pull, push, apply\nup help env',
    );
  });

  test('of words that would disturb the terminal', () => {
    const error = new UpError('UP_USAGE', 'Unknown argument: sinse');
    expect(inTyped(error, ['logs', '--sinse', '\u001b[2J'], commands).evidence).toBeUndefined();
  });

  test('where the mistake is not in what was typed', () => {
    const error = new UpError('UP_NOT_DEPLOYED', '"shop" has not been deployed', { hint: 'up' });
    expect(inTyped(error, ['shop'], commands)).toBe(error);
  });
});

test('a command with a slip is no deploy to a stage of that name', () => {
  expect(shown('Unknown argument: y', 'delet --dry-run -y --local').split('\n')).toEqual([
    '"delet" is neither a command nor a stage, did you mean "delete"?',
    'up delet --dry-run -y --local',
    '   ^^^^^',
    'up delete --dry-run -y --local',
  ]);
});

test('a word in the place of a command may have been meant as one, and be like none', () => {
  const unknown = (words: string[]) => {
    const said = 'unknown stage "open". The stages are staging, production';
    return inTyped(new UpError('UP_STAGE_UNKNOWN', said), words, commands);
  };
  expect(unknown(['open', '--local'])).toMatchObject({
    message: '"open" is neither a command nor a stage. The stages are staging, production',
    hint: 'add it under "stages" in up.json; the commands: up help',
    next: ['up help'],
  });
  for (const words of [
    ['deploy', 'open'],
    ['-s', 'open'],
  ])
    expect(unknown(words).hint).toBe('add it under "stages" in up.json');
});

describe('a command of apex/up that is none here', () => {
  test('is told by its name here: a deploy would be another thing', () => {
    expect(shown('"deploys" is neither a command nor a stage', 'deploys -C shop --local').split('\n')).toEqual([
      '"deploys" is a command of apex/up: here it is "up releases"',
      'up deploys -C shop --local',
      '   ^^^^^^^',
      'up releases -C shop --local',
    ]);
  });

  test('or where it went', () => {
    expect(shown('Unknown argument: build', 'run build').split('\n')).toEqual([
      '"run" is a command of apex/up: the hooks run with "up build" and with a deploy',
      'up run build',
      '   ^^^',
      'up help',
    ]);
  });

  test('may be the name of a stage', () => {
    expect(shown('--canary takes a share', 'team --canary ten')).toMatch(/^--canary takes a share/);
  });
});

test('a program gets the corrected command, too', () => {
  const error = new UpError('UP_USAGE', 'Unknown argument: followw');
  expect(inTyped(error, ['logs', '--followw'], commands).next).toEqual(['up logs --follow']);
});
