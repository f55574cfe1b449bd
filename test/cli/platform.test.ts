/** What is different on Windows, as far as it can be told from elsewhere: each part is given the system. */
import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quote } from '../../cli/argv/shell.ts';
import { compileRules } from '../../cli/build/ignore.ts';
import { isExecutable } from '../../cli/build/pack-entries.ts';
import { isInside } from '../../cli/build/walk.ts';
import { parseDotenv } from '../../cli/env/dotenv.ts';
import { canFreeze, requireFreeze } from '../../cli/platform.ts';
import { browserCommands } from '../../cli/programs.ts';
import { parseConfig } from '../../config/index.ts';

test('what needs a freeze says that Windows has none, and what to do instead', () => {
  expect(['linux', 'darwin', 'win32'].map((name) => canFreeze(name as NodeJS.Platform))).toEqual([true, true, false]);
  expect(() => requireFreeze('up local', 'darwin')).not.toThrow();
  expect(() => requireFreeze('up local', 'win32')).toThrow(
    expect.objectContaining({ code: 'UP_PLATFORM', exit: 1, hint: 'run up in WSL 2' }),
  );
});

describe('a package made on Windows', () => {
  test.each([
    ['a binary for Linux', '\u007fELF\u0002', true],
    ['a script with its interpreter', '#!/usr/bin/env node\n', true],
    ['a module', 'export const a = 1;\n', false],
    ['a binary for Windows', 'MZ\u0090\u0000', false],
    ['nothing', '', false],
  ])('can execute %s as it should', (_title, text, executable) => {
    const content = Buffer.from(text, 'latin1');
    expect(isExecutable(false, content, 'win32')).toBe(executable);
    // Elsewhere the file says so itself.
    expect([isExecutable(false, content, 'linux'), isExecutable(true, content, 'darwin')]).toEqual([false, true]);
  });

  test.each([
    ['C:\\app', 'C:\\app\\lib\\a.js', true],
    ['C:\\app', 'c:\\APP\\lib', true],
    ['C:\\app', 'C:\\app', true],
    ['C:\\app', 'C:\\apps', false],
    ['C:\\app', 'D:\\app\\lib', false],
    ['C:\\app', '\\\\server\\share', false],
  ])('knows of %s whether %s is inside: %s', (root, path, inside) => {
    expect(isInside(root, path, win32)).toBe(inside);
  });

  test('a name that begins with two dots is no way up', () => {
    expect([isInside('/app', '/app/..a', posix), isInside('/app', '/', posix)]).toEqual([true, false]);
  });
});

describe('files with the line ends of Windows', () => {
  test('up.json, with a mistake at the right place', () => {
    expect(parseConfig('{\r\n  "name": "shop"\r\n}\r\n', { file: 'up.json' }).config.name).toBe('shop');
    expect(() => parseConfig('{\r\n  "nam": "shop"\r\n}', { file: 'up.json' })).toThrow(
      expect.objectContaining({ problems: expect.arrayContaining([expect.objectContaining({ line: 2, column: 3 })]) }),
    );
  });

  test('.env', () => {
    expect([...parseDotenv('A=1\r\nB="two\r\nlines"\r\n', '.env')]).toEqual([
      ...parseDotenv('A=1\nB="two\nlines"\n', '.env'),
    ]);
  });

  test('.upignore', () => {
    const rules = compileRules('*.log\r\n!keep.log\r\n', new Set());
    expect(['a.log', 'keep.log', 'a.js'].map(rules)).toEqual(['leave', 'ship', 'ship']);
  });
});

test.each([
  ['C:\\Users\\ada\\app', 'C:\\Users\\ada\\app'],
  ['C:\\Program Files\\app', '"C:\\Program Files\\app"'],
  ["it's", `"it's"`],
])('a command to be copied has %j as %s', (word, quoted) => {
  expect(quote(word, 'win32')).toBe(quoted);
});

test.each([
  ['linux', 'xdg-open'],
  ['darwin', 'open'],
  ['win32', 'rundll32.exe'],
] as const)('a page is opened on %s by %s', (platform, program) => {
  expect(browserCommands('http://localhost:3000/', platform)[0]?.[0]).toBe(program);
});
