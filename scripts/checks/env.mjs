/**
 * The whole life of variables, told by processes against a platform of its own: where they come from and which of them
 * wins, what does not fit into Lambda, what a rollback brings back after they were changed and removed. One secret is
 * planted, and may be in nothing that any command says, fails with, packs or leaves behind.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, require, runCheck } from './check.mjs';
import { startPlatform, temporaryDir, up } from './project.mjs';

const planted = 'sk_live_4eC39HqLyjWDarjtT1';

const app = `
const { createServer } = require('node:http');
if (process.env.CRASH) throw new Error('it cannot start with ' + process.env.API_KEY);
const named = Object.entries(process.env).filter(([name]) => /^(API_KEY|COLOUR|SIZE|BIG_.*|UP_PARAMETERS)$/.test(name));
const body = JSON.stringify(Object.fromEntries(named.sort().map(([name, value]) => [name, value.slice(0, 26)])));
createServer((req, res) => res.end(body)).listen(process.env.PORT);`;

await runCheck('env', 240, async (check) => {
  const platform = await startPlatform(check);
  const dir = temporaryDir(check);
  const temporary = temporaryDir(check);
  const env = { ...platform.env, TMPDIR: temporary };
  writeFileSync(join(dir, 'app.js'), app);
  writeFileSync(join(dir, 'up.json'), '{"name": "shop", "environment": {"COLOUR": "red", "SIZE": "small"}}');
  let said = '';

  /** With its code; whatever it said is looked through in the end. */
  const tell = async (...words) => {
    const ran = await up([...words, '--local', '-C', dir], { env });
    if (words[1] !== 'get') said += ran.stdout + ran.stderr;
    return ran;
  };
  const succeed = async (...words) => {
    const ran = await tell(...words);
    require(ran.code === 0, `up ${words[0]} ended with ${ran.code}\n${ran.stderr}`);
    return ran;
  };
  /** What the app sees. */
  const seen = async () => (await fetch((await succeed('url')).stdout.trim())).json();
  const live = async () => JSON.parse((await succeed('env', 'apply', '--json')).stdout).applied[0].version;

  await check.case('up.json < all stages < the stage', async () => {
    await succeed('env', 'set', 'COLOUR=blue', 'SIZE=large', '--plain', '--all');
    await succeed('env', 'set', 'SIZE=medium', '--plain');
    await succeed('env', 'set', `API_KEY=${planted}`);
    await succeed('--no-check');
    expect(await seen(), { API_KEY: planted, COLOUR: 'blue', SIZE: 'medium' }, 'the app sees');
    expect((await tell('env', 'get', 'SIZE', '-s', 'production')).stdout, 'large\n', 'production has');
  });

  await check.case('a deploy in which only a variable has changed is a release', async () => {
    require((await succeed('--no-check')).stderr.includes('Nothing to deploy'), 'nothing had changed');
    await succeed('env', 'set', 'COLOUR=green', '--plain', '--all');
    require((await succeed('--no-check')).stderr.includes('staging is v2'), 'there is no v2');
    expect((await seen()).COLOUR, 'green', 'the colour');
  });

  await check.case('a change that breaks the app does not go live', async () => {
    const { code, stderr } = await tell('env', 'set', 'CRASH=yes', '--plain', '--apply', '-v');
    expect(code, 1, 'the exit code');
    require(stderr.includes('it cannot start with (secret)'), `the evidence is not there:\n${stderr}`);
    expect((await seen()).COLOUR, 'green', 'the colour');
    await succeed('env', 'rm', 'CRASH');
  });

  await check.case('what is read by the proxy is what the version was published with', async () => {
    const before = await live();
    const names = Array.from({ length: 11 }, (_, index) => `BIG_${index}`);
    writeFileSync(join(dir, 'big.txt'), names.map((name) => `${name}="${planted} ${'x'.repeat(400)}"\n`).join(''));
    await succeed('env', 'push', 'big.txt', '--apply');
    const large = await live();
    expect(Object.keys(await seen()).length, 14, 'the variables');
    await succeed('env', 'set', 'COLOUR=black', '--plain', '--all');
    await succeed('env', 'rm', 'BIG_0', 'SIZE', '--apply');
    const now = await seen();
    expect([now.COLOUR, now.SIZE, now.BIG_0 ?? null], ['black', 'large', null], 'now');
    await succeed('rollback', large);
    const then = await seen();
    expect([then.COLOUR, then.SIZE, then.BIG_0], ['green', 'medium', planted], 'then');
    await succeed('rollback', before);
    expect(await seen(), { API_KEY: planted, COLOUR: 'green', SIZE: 'medium' }, 'before');
  });

  await check.case('a .env file is for its owner, is read by Node, and comes back unchanged', async () => {
    await succeed('env', 'pull');
    const file = join(dir, '.env');
    expect((statSync(file).mode & 0o777).toString(8), '600', 'its mode');
    expect(parseEnv(readFileSync(file, 'utf8')).API_KEY, planted, 'Node reads');
    expect((await tell('env', 'pull')).code, 2, 'the exit code of another');
    await succeed('env', 'pull', '-f');
    await succeed('env', 'push', '.env', '-s', 'production');
    const { stderr } = await succeed('env', 'push', '.env', '-s', 'production');
    require(stderr.includes('13 variables unchanged'), stderr);
  });

  const mistakes = [
    ['a word that is no name', ['env', 'set', planted.replaceAll('_', '-')]],
    ['a value in a word of its own', ['env', 'set', 'API_KEY', `${planted} x`]],
    ['a flag that is none', ['env', 'set', 'API_KEY', `--${planted}`]],
    ['a value that is too long', ['env', 'set', `API_KEY=${planted.repeat(200)}`]],
    ['another kind', ['env', 'set', `API_KEY=${planted}!`, '--plain']],
    ['a stage that is none', ['env', 'set', `API_KEY=${planted}`, '-s', 'nowhere', '--json']],
  ];
  for (const [title, words] of mistakes) {
    await check.case(`the error of ${title} does not repeat it`, async () => {
      const { code, stdout, stderr } = await tell(...words, '-v');
      require(code !== 0, 'it succeeded');
      require(!/sk.live/.test(stdout + stderr), stdout + stderr);
    });
  }

  await check.case('the planted secret is in nothing that was said, packed or left behind', async () => {
    await succeed('--dry-run');
    await succeed('releases');
    await succeed('build', '-o', join(temporary, 'app.zip'));
    require(!said.includes(planted), 'it was said');
    const left = readdirSync(temporary, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = left.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(planted));
    expect(
      holding.map(({ name }) => name),
      [],
      'files that hold it',
    );
    return `${said.length} characters, ${left.length} file`;
  });
});
