/** The app's command as each system starts it. */
import { expect, test } from 'vitest';
import { commandLineOf, withSearchPath } from '../../../proxy/relay/command-line.ts';

const shell = 'C:\\Windows\\System32\\cmd.exe';
const throughShell = (line: string) => ({
  file: shell,
  args: ['/d', '/s', '/c', `"${line}"`],
  detached: false,
  verbatim: true,
  hooked: false,
});

test.each([
  ['a Node app', 'node app.js', ['node', 'app.js'], { file: process.execPath, args: ['app.js'], detached: true }],
  ['a program', './server', ['./server'], { file: './server', args: [], detached: true }],
  ['a line for a shell', 'A=1 node .', null, { file: '/bin/sh', args: ['-c', 'A=1 node .'], detached: true }],
])('on Linux and macOS %s leads a process group', (_title, command, argv, line) => {
  const app = { command, argv, node: true };
  for (const platform of ['linux', 'darwin'] as const)
    expect(commandLineOf(app, platform, {})).toEqual({ ...line, verbatim: false, hooked: true });
});

test.each([
  [
    'a Node app without a shell',
    'node app.js',
    ['node', 'app.js'],
    { file: process.execPath, args: ['app.js'], detached: false, verbatim: false, hooked: true },
  ],
  ['npm, which is npm.cmd, through the shell', 'npm run "a b"', ['npm', 'run', 'a b'], throughShell('npm run "a b"')],
  ['a line for a shell', 'set A=1&& node .', null, throughShell('set A=1&& node .')],
  [
    'a program by its name',
    'server.exe -v',
    ['server.exe', '-v'],
    { file: 'server.exe', args: ['-v'], detached: false, verbatim: false, hooked: true },
  ],
])('on Windows it runs %s', (_title, command, argv, line) => {
  expect(commandLineOf({ command, argv, node: true }, 'win32', { ComSpec: shell })).toEqual(line);
});

test.each([
  [
    'win32',
    'C:\\app',
    { Path: 'C:\\Windows', A: '1' },
    { Path: 'C:\\app\\node_modules\\.bin;C:\\Windows;C:\\app\\bin', A: '1' },
  ],
  ['win32', 'C:\\app', { PATH: 'C:\\Windows' }, { Path: 'C:\\app\\node_modules\\.bin;C:\\Windows;C:\\app\\bin' }],
  ['linux', '/app', { PATH: '/bin', Path: 'mine' }, { PATH: '/app/node_modules/.bin:/bin:/app/bin', Path: 'mine' }],
  ['linux', '/app', {}, { PATH: '/app/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/app/bin' }],
] as const)('on %s, in %s, commands of packages are found first, and what the app ships in bin/ last: %j', (platform, dir, env, found) => {
  expect(withSearchPath(env, dir, platform)).toEqual(found);
});
