import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import type { Io } from '../../cli/io.ts';
import { askPassword } from '../../cli/prompt/ask-hidden.ts';
import { passwordRefusal } from '../../http/password.ts';

/** A terminal that notes what is shown and whether it would show what is typed. */
function terminal(typed: readonly string[], stderrIsTty = true) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => void modes.push(raw) });
  const stderr = new PassThrough();
  let shown = '';
  const answers = [...typed];
  stderr.on('data', (chunk) => {
    shown += chunk;
    const answer = String(chunk).endsWith(': ') ? answers.shift() : undefined;
    if (answer !== undefined) stdin.write(answer);
  });
  const io: Io = {
    stdin,
    stdout: new PassThrough(),
    stderr,
    env: {},
    cwd: '/',
    stdoutIsTty: false,
    stderrIsTty,
    columns: 80,
  };
  return { io, modes, shown: () => shown };
}

function piped(text: string | Uint8Array): Io {
  const { io } = terminal([]);
  return { ...io, stdin: new PassThrough().end(text) };
}

describe('on a terminal', () => {
  test('a password is asked for twice and never shown', async () => {
    const { io, modes, shown } = terminal(['secret\r', 'secret\r']);
    expect(await askPassword(io)).toBe('secret');
    expect(shown()).toBe('Password: \nAgain: \n');
    expect(modes).toEqual([true, false]);
  });

  test.each<[string, string, string]>([
    ['a letter taken back', 'secx\u007fret\r', 'secret'],
    ['a character of several bytes taken back', 's€\u007f\r', 's'],
    ['all of it taken back', 'wrong\u0015right\r', 'right'],
    ['an arrow key', 'ab\u001b[Dc\u001bOAd\r', 'abcd'],
    ['a line feed at the end', 'secret\n', 'secret'],
    ['the end of input at the end', 'secret\u0004', 'secret'],
  ])('%s', async (_title, typed, password) => {
    expect(await askPassword(terminal([typed, typed]).io)).toBe(password);
  });

  test('Ctrl-D alone answers nothing, and is not asked again', async () => {
    const { io, modes, shown } = terminal(['\u0004', 'secret\r']);
    await expect(askPassword(io)).rejects.toMatchObject({
      code: 'UP_USAGE',
      message: 'The question was not answered. Nothing was changed.',
    });
    expect([shown(), modes]).toEqual(['Password: \n', [true, false]]);
  });

  test('both answers may come at once', async () => {
    expect(await askPassword(terminal(['secret\rsecret\r']).io)).toBe('secret');
  });

  test('two that differ are refused', async () => {
    const { io, modes } = terminal(['secret\r', 'secert\r']);
    await expect(askPassword(io)).rejects.toMatchObject({ code: 'UP_USAGE', message: 'The two passwords differ' });
    expect(modes).toEqual([true, false]);
  });

  test('Ctrl-C ends the program, which the terminal does not do then', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { io } = terminal(['sec\u0003']);
    void askPassword(io);
    await vi.waitFor(() => expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT'));
    kill.mockRestore();
  });

  test('that shows no question, none is asked', async () => {
    await expect(askPassword(terminal([], false).io)).rejects.toMatchObject({ code: 'UP_USAGE' });
  });
});

describe('from a pipe', () => {
  test.each<[string, string, string]>([
    ['a line', 'secret\n', 'secret'],
    ['a line of Windows', 'secret\r\n', 'secret'],
    ['without a line break', 'secret', 'secret'],
    ['with spaces', ' se cret \n', ' se cret '],
    ['nothing', '', ''],
  ])('%s', async (_title, text, password) => {
    expect(await askPassword(piped(text))).toBe(password);
  });
});

test.each<[string, string | undefined]>([
  ['secret', undefined],
  [' ', undefined],
  ['', 'is empty'],
  ['two\nlines', 'holds a control character, such as a line break'],
  ['€'.repeat(400), 'has more than 1024 bytes'],
])('%j: a password that nobody could send is refused', (password, refusal) => {
  expect(passwordRefusal(password)).toBe(refusal);
});
