/** The question before something is lost. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Context, GlobalFlags } from '../../cli/command.ts';
import { confirm } from '../../cli/prompt/confirm.ts';

const flags = { chdir: '.', local: false, json: false, region: undefined, profile: undefined };

interface Terminal {
  readonly typed?: string;
  readonly isTty?: boolean;
  readonly flags?: Partial<GlobalFlags>;
}

function contextOf({ typed = '', isTty = true, flags: given = {} }: Terminal) {
  const stdin = Object.assign(new PassThrough(), { isTTY: isTty });
  const stderr = new PassThrough();
  stdin.end(typed);
  const io = { stdin, stderr, stderrIsTty: isTty, env: {} };
  return { context: { io, flags: { ...flags, ...given } } as unknown as Context, stderr };
}

const ask = (context: Context, yes = false) => confirm(context, { text: 'Delete it?', words: ['delete'], yes });

describe('to a person', () => {
  test.each([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['yep\n', false],
  ])('%j answers %s', async (typed, answer) => {
    const { context, stderr } = contextOf({ typed });
    expect(await ask(context)).toBe(answer);
    expect(String(stderr.read())).toContain('? Delete it? [y/N] ');
  });

  test('the end of the input is no answer', async () => {
    const { context, stderr } = contextOf({});
    await expect(ask(context)).rejects.toMatchObject({
      code: 'UP_USAGE',
      message: 'The question was not answered. Nothing was changed.',
    });
    expect(String(stderr.read())).toMatch(/\n$/);
  });
});

test('a program, which was shown nothing, gets what would go', async () => {
  const question = { text: 'Delete it?', words: ['delete'], yes: false, evidence: 'function shop\nrole shop-function' };
  const asked = (json: boolean) => confirm(contextOf({ isTty: false, flags: { json } }).context, question);
  await expect(asked(true)).rejects.toMatchObject({ evidence: question.evidence });
  await expect(asked(false)).rejects.toMatchObject({ evidence: undefined });
});

test('-y asks nothing', async () => {
  const { context, stderr } = contextOf({ isTty: false });
  expect(await ask(context, true)).toBe(true);
  expect(stderr.read()).toBeNull();
});

test.each<[title: string, terminal: Terminal, command: string]>([
  ['a terminal', { isTty: false }, 'up delete -y'],
  ['words for people', { flags: { json: true } }, 'up delete -y'],
  [
    'a terminal, with all its flags',
    { isTty: false, flags: { chdir: 'my app', local: true, region: 'eu-west-1', profile: 'dev' } },
    "up delete -y -C 'my app' --local --region eu-west-1 --profile dev",
  ],
])('without %s it is an error that says which command asks nothing', async (_title, terminal, command) => {
  const error = { code: 'UP_USAGE', hint: command, next: [command.replace('-y', '--dry-run'), command] };
  await expect(ask(contextOf(terminal).context)).rejects.toMatchObject(error);
});
