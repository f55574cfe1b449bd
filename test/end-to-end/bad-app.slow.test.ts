/** Whatever an app may do wrong when it is deployed: what is said of it, and what was live before is live after. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodApp as app, type Case, expectError } from '../support/bad-input.ts';
import { send } from '../support/http.ts';
import { createSandbox } from '../support/sandbox.ts';

const sandbox = createSandbox();
const local = ['--local'];
let url: string;
beforeAll(async () => {
  await sandbox.platform();
  const { code, stdout, stderr } = await sandbox.up(local, { cwd: sandbox.project('live', app) });
  if (code !== 0) throw new Error(stderr);
  url = stdout.trim();
});
afterAll(() => sandbox.close());

const apps: Case[] = [
  {
    title: 'a folder that holds no app',
    files: { 'README.md': 'nothing here' },
    words: local,
    exit: 2,
    code: 'UP_APP_NOT_FOUND',
    message: /No app found in/,
    evidence: ['a start script or main in package.json'],
    fix: 'up init',
  },
  {
    title: 'a package.json that does not parse',
    files: { ...app, 'package.json': '{' },
    words: local,
    exit: 2,
    code: 'UP_APP_PACKAGE_JSON',
    message: 'package.json is not what npm can read',
    evidence: ['package.json:1:2  ', '1 | {'],
    fix: /package\.json/,
  },
  {
    title: 'an app with a syntax error',
    files: { 'app.js': 'const = 3;' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 1 before listening on PORT',
    evidence: ['app.js:1', 'const = 3;', 'SyntaxError', 'Found before upload. Whatever is live stays live.'],
    fix: /up start/,
  },
  {
    title: 'TypeScript that does not compile',
    files: { 'app.ts': 'const port: number = ;\nserver.listen(port);' },
    words: local,
    exit: 1,
    code: 'UP_BUILD_TYPESCRIPT',
    message: /./,
    evidence: ['app.ts:1'],
    fix: /./,
  },
  {
    title: 'an app that gives up at once',
    files: { 'app.js': `console.error('cannot find the database'); process.exit(3);` },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 3 before listening on PORT',
    evidence: ['cannot find the database'],
    fix: /up start/,
  },
  {
    title: 'an app that never listens where it was told to',
    files: {
      'app.js': `console.log('busy with something else'); require('node:http').createServer().listen(0, '127.0.0.1');`,
      'up.json': '{"name": "live", "proxy": {"listen_timeout": 1}}',
    },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app did not listen on PORT within 1 s',
    evidence: ['busy with something else', /It listens on port \d+, not on the PORT it was given/],
    fix: /in Node: process\.env\.PORT \?\? 3000$/,
  },
  {
    title: 'a file that starts no server',
    files: { 'index.js': 'exports.tea = 1;' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 0 before listening on PORT',
    evidence: ['Started    node index.js (found index.js)\n  Found before upload'],
    fix: /let it listen on PORT/,
  },
  {
    title: 'packages that were not installed',
    files: { 'app.mjs': `import 'express';`, 'package.json': '{"dependencies": {"express": "5.3.0"}}' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 1 before listening on PORT',
    evidence: ["Cannot find package 'express' imported from app.mjs"],
    fix: 'install what it asks for: npm install',
  },
  {
    title: 'an app that a program of development starts',
    files: {
      'package.json': '{"devDependencies": {"brew-cli": "1.0.0"}, "scripts": {"start": "brew app.js"}}',
      'node_modules/brew-cli/package.json': '{"name": "brew-cli", "bin": {"brew": "cli.js"}}',
    },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: '"brew app.js": no such program in the package or on PATH',
    fix: '"brew" is of the devDependency brew-cli, which does not ship: start without it',
  },
  {
    title: 'an app that is to read a file of secrets',
    files: { ...app, '.env': 'A=1', 'package.json': '{"scripts": {"start": "node --env-file=.env app.js"}}' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 9 before listening on PORT',
    evidence: ['node: .env: not found'],
    fix: 'up env push .env -s staging',
  },
  {
    title: 'an app that fails only where it is deployed',
    files: {
      'app.js': `if (process.env.AWS_LAMBDA_FUNCTION_NAME === 'live') { console.error('no such bucket'); process.exit(9); }\n${app['app.js']}`,
    },
    words: local,
    exit: 1,
    code: 'UP_VERIFY_FAILED',
    message: /Version \d+ does not work: the app exited with code 9 before listening on PORT/,
    evidence: ['no such bucket', 'It got no traffic: v1 is still live.'],
    fix: /deploy again/,
  },
  {
    title: 'a broken app that was not to be checked',
    files: { 'app.js': `throw new Error('not today');` },
    words: ['--no-check', '--local'],
    exit: 1,
    code: 'UP_VERIFY_FAILED',
    message: /Version \d+ does not work: the app exited with code 1 before listening on PORT/,
    evidence: ['Error: not today', 'It got no traffic: v1 is still live.'],
    fix: /deploy again/,
  },
  {
    title: 'a command that does not exist',
    files: { ...app, 'up.json': '{"name": "live", "proxy": {"command": "frobnicate --serve"}}' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: /frobnicate --serve/,
    fix: /frobnicate is not in the package, nor on your PATH/,
  },
  {
    title: 'a hook that fails before the build',
    files: { ...app, 'up.json': '{"name": "live", "hooks": {"prebuild": "echo 2 problems >&2; exit 7"}}' },
    words: local,
    exit: 1,
    code: 'UP_HOOK_FAILED',
    message: 'The prebuild hook failed: echo 2 problems >&2; exit 7 ended with exit code 7',
    evidence: ['  2 problems\n  Fix'],
    fix: /by hand/,
  },
  {
    title: 'a hook that fails before the deploy',
    files: { 'app.js': `${app['app.js']} // changed`, 'up.json': '{"name": "live", "hooks": {"predeploy": "false"}}' },
    words: local,
    exit: 1,
    code: 'UP_HOOK_FAILED',
    message: 'The predeploy hook failed: false ended with exit code 1',
    fix: /by hand/,
  },
  {
    title: 'a hook that fails before one that is to clean up, and fails too',
    files: { ...app, 'up.json': '{"name": "live", "hooks": {"build": "exit 7", "clean": "exit 4"}}' },
    words: local,
    exit: 1,
    code: 'UP_HOOK_FAILED',
    message: 'The build hook failed: exit 7 ended with exit code 7',
    fix: /by hand/,
  },
];

test.each(apps)('$title is $exit', async (row) => {
  await expectError(sandbox, row, `app-${apps.indexOf(row)}`);
  expect((await send(url)).text).toBe('v1');
});

test('a hook that fails after the deploy is 1, and it is said that the deploy is done', async () => {
  const hooks = '{"name": "live", "hooks": {"postdeploy": "false"}}';
  const dir = sandbox.project('after', { 'app.js': `${app['app.js']} // new`, 'up.json': hooks });
  const { code, stderr } = await sandbox.up(local, { cwd: dir });
  expect(code).toBe(1);
  expect(stderr).toContain('The postdeploy hook failed: false ended with exit code 1');
  expect(stderr).toMatch(/The deploy itself is done: v\d+ is live on staging\./);
});

test('an app that answers with a failure goes live, since that may be all it has to say of /, and not without a word', async () => {
  const files = { 'app.js': app['app.js'].replace('res.end', 'res.writeHead(500).end') };
  const { code, stderr } = await sandbox.up(local, { cwd: sandbox.project('failing', files) });
  expect(code).toBe(0);
  expect(stderr).toContain('warning: verify: the app answers / with 500, and goes live all the same: see up logs\n');
});
