/** `up init` at a real terminal, which `script` of util-linux makes: what is typed, and Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSandbox, program } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

function emptyFolder(name: string): string {
  const dir = join(sandbox.root, name);
  mkdirSync(dir);
  return dir;
}

interface Terminal {
  readonly child: ChildProcess;
  /** All that it shows, with what was typed. */
  screen(): string;
  /** Waits for a text, then types. */
  answer(question: string, typed: string): Promise<void>;
}

function terminal(cwd: string, words: string): Terminal {
  const command = `'${process.execPath}' '${program}' ${words}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    // Of this sandbox by its folder, and in nobody's CI.
    env: { PATH: process.env.PATH, TERM: 'xterm', HOME: join(sandbox.root, 'home'), TMPDIR: join(sandbox.root, 'tmp') },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    child,
    screen: () => text,
    async answer(question, typed) {
      await until(question, () => text.includes(question));
      child.stdin.write(typed);
    },
  };
}

describe.runIf(process.platform === 'linux' && existsSync('/usr/bin/script'))('at a terminal', () => {
  test('three answers make an app, in a folder of its own', async () => {
    const cwd = emptyFolder('answered');
    const { child, screen, answer } = terminal(cwd, 'init tea');
    await answer('? Template', 'http\r');
    await answer('? Name', '\r');
    await answer('? Region', '\r');
    const [code] = await once(child, 'close');
    expect(code, screen()).toBe(0);
    expect(screen()).toMatch(/Next {7}cd tea\r\n {13}up start/);
    expect(readdirSync(join(cwd, 'tea')).sort()).toEqual(['.gitignore', 'app.js', 'package.json', 'up.json']);
  });

  test('Ctrl-C at the second question ends it with 130, and nothing was written', async () => {
    const cwd = emptyFolder('interrupted');
    const { child, screen, answer } = terminal(cwd, 'init tea');
    await answer('? Template', 'http\r');
    await answer('? Name', '\u0003');
    const [code] = await once(child, 'close');
    expect(code, screen()).toBe(130);
    expect(screen()).toContain('Nothing was written.');
    expect(readdirSync(cwd)).toEqual([]);
  });
});
