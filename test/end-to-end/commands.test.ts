/** The commands that only look or only write a file: url, build, config, version, help. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsEnv, createSandbox, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
const app = `require('node:http').createServer((req, res) => res.end('ok')).listen(process.env.PORT);`;
let dir: string;
let platformUrl: string;

beforeAll(async () => {
  platformUrl = (await sandbox.platform()).url;
  dir = sandbox.project('shop', {
    'app.js': app,
    'up.json': '{"stages": {"production": {"lambda": {"memory": 1024}}}}',
  });
});
afterAll(() => sandbox.close());

describe('up url', () => {
  let deployed: Ran;
  beforeAll(async () => {
    deployed = await sandbox.up(['--local'], { cwd: dir });
    if (deployed.code !== 0) throw new Error(deployed.stderr);
  });

  test('prints what the deploy printed, and nothing else', async () => {
    const url = await sandbox.up(['url', '--local'], { cwd: dir });
    expect(url).toMatchObject({ code: 0, stdout: deployed.stdout, stderr: '' });
  });

  test('a deploy with --quiet says nothing but the URL', async () => {
    const again = await sandbox.up(['--local', '--quiet'], { cwd: dir });
    expect(again).toMatchObject({ code: 0, stdout: deployed.stdout, stderr: '' });
  });

  test('is ready for a shell: URL=$(up)', async () => {
    const { stdout } = await sandbox.shell('URL=$(up --local) && echo "[$URL]"', { cwd: dir }).ended;
    expect(stdout).toMatch(/^\[http:\/\/127\.0\.0\.1:\d+\/\]\n$/);
  });

  test('with --json names the stage', async () => {
    const { stdout, stderr } = await sandbox.up(['url', '--local', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toEqual({
      stage: 'staging',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    });
    expect(stderr).toBe('');
  });

  test.each<[title: string, words: string[], env: (url: string) => Record<string, string>]>([
    ['AWS_ENDPOINT_URL', [], awsEnv],
    [
      'AWS_ENDPOINT_URL_<SERVICE>',
      [],
      (url) => ({ ...awsEnv('http://127.0.0.1:1'), AWS_ENDPOINT_URL_APIGATEWAYV2: url }),
    ],
    ['a profile that is named', ['--profile', 'dev'], () => ({})],
    ['a profile that is set', [], () => ({ AWS_PROFILE: 'dev' })],
  ])('follows %s', async (_title, words, env) => {
    writeFiles(join(sandbox.root, 'home'), {
      '.aws/config': `[profile dev]\nregion = us-east-1\nendpoint_url = ${platformUrl}\n`,
      '.aws/credentials': '[dev]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n',
    });
    const there = await sandbox.up(['url', ...words], { cwd: dir, env: env(platformUrl) });
    expect(there).toMatchObject({ code: 0, stdout: deployed.stdout });
  });

  test('knows nothing of a stage that was never deployed: 4, and says how to deploy it', async () => {
    const { code, stdout, stderr } = await sandbox.up(['url', 'production', '--local'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('UP_NOT_DEPLOYED');
    expect(stderr).toContain('up production --local');
  });
});

describe('up build', () => {
  const build = (...words: string[]) => sandbox.up(['build', ...words], { cwd: dir });

  test('writes the package to the file and prints its path', async () => {
    const { code, stdout } = await build('-o', 'one.zip');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(dir, 'one.zip')}\n` });
    expect(readFileSync(join(dir, 'one.zip')).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  });

  test('gives the same bytes for the same input, in another folder and for another stage too', async () => {
    mkdirSync(join(sandbox.root, 'out'));
    const files = ['a.zip', 'b.zip'].map((name) => join(sandbox.root, 'out', name));
    const twin = sandbox.project('elsewhere/shop', { 'up.json': readFileSync(join(dir, 'up.json')), 'app.js': app });
    await sandbox.up(['build', '-o', files[0] ?? ''], { cwd: dir });
    await sandbox.up(['build', '-C', twin, '-s', 'production', '-o', files[1] ?? ''], { env: { TZ: 'Asia/Tokyo' } });
    const [a, b] = files.map((file) => readFileSync(file));
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
  });

  test('does not take the file it writes for a part of the app', async () => {
    const first = parseJson((await build('-o', 'two.zip', '--json')).stdout);
    expect(parseJson((await build('-o', 'two.zip', '--json')).stdout)).toEqual(first);
  });

  test.each(['dist/app.zip', 'lambda.pkg'])('nor what an earlier build has left in its place: %s', async (file) => {
    const cwd = sandbox.project(`again-${file.replaceAll(/\W/g, '-')}`, { 'app.js': app, 'dist/page.html': '' });
    const twice = [];
    for (const _ of '12')
      twice.push(parseJson((await sandbox.up(['build', '-o', file, '--json'], { cwd })).stdout).sha256);
    expect(twice[1]).toBe(twice[0]);
  });

  test('with --json says what it wrote', async () => {
    const { stdout, stderr } = await build('-o', 'three.zip', '--json');
    const file = join(dir, 'three.zip');
    expect(JSON.parse(stdout)).toEqual({
      file,
      sha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      files: expect.any(Number),
      size: readFileSync(file).length,
      unzipped: expect.any(Number),
    });
    expect(stderr).toBe('');
  });

  test('that finds no room leaves no half of it, and what led to its place', async () => {
    const cwd = sandbox.project('small-disk', { 'app.js': app, elsewhere: '' });
    symlinkSync('elsewhere', join(cwd, 'link'));
    const { stdout, stderr } = await sandbox.shell(
      'ulimit -f 20; for at in app.zip link; do up build -o $at --json || echo $?; done; ls -d app.zip link',
      { cwd },
    ).ended;
    expect(stdout).toBe('1\n1\nlink\n');
    for (const file of ['app.zip', 'link'])
      expect(stderr).toContain(
        `{"error":{"code":"UP_FILE_SYSTEM","message":"${join(cwd, file)}: larger than a file may be`,
      );
  });

  test('needs neither credentials nor a platform', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', UP_LOCAL_DIR: join(sandbox.root, 'nowhere') };
    expect((await sandbox.up(['build', '-o', 'four.zip'], { cwd: dir, env })).code).toBe(0);
  });
});

describe('up env', () => {
  const env = (...words: string[]) => sandbox.up(['env', ...words, '--local', '--json'], { cwd: dir });

  test('has no variable that was never set: 4, and says how to see them', async () => {
    const { code, stderr } = await env('get', 'NOTHING');
    expect(code).toBe(4);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'UP_ENV_NOT_FOUND',
      next: expect.arrayContaining(['up env ls --local']),
    });
  });

  test('keeps the kind of a variable: 2, and says what takes it away', async () => {
    expect(await env('set', 'COLOUR=red', '--plain')).toMatchObject({ code: 0 });
    const { code, stderr } = await env('set', 'COLOUR=blue');
    expect(code).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'UP_ENV_KIND', next: ['up env rm COLOUR --local'] });
  });
});

describe('up config', () => {
  test('prints everything with its defaults, as JSON', async () => {
    const { code, stdout, stderr } = await sandbox.up(['config'], { cwd: dir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'shop',
      lambda: { memory: 512, timeout: 30 },
      proxy: { listen_timeout: 15 },
      stages: { production: { lambda: { memory: 1024 } } },
    });
  });

  test('-s resolves one stage', async () => {
    const { stdout } = await sandbox.up(['config', '-s', 'production', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'shop',
      stage: 'production',
      lambda: { memory: 1024 },
      proxy: { timeout: 29.5 },
    });
  });

  test('warns of what is taken differently than written, on stderr', async () => {
    const old = sandbox.project('old', { 'app.js': app, 'up.json': '{"lambda": {"timeout": 2000}}' });
    const { code, stdout, stderr } = await sandbox.up(['config'], { cwd: old });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lambda: { timeout: 900 } });
    expect(stderr).toBe('warning: config: lambda.timeout is at most 900 in Lambda: 2000 is taken as 900\n');
  });
});

describe('help and version', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

  test.each([['version'], ['-V'], ['--version']])('up %s prints the bare number', async (word) => {
    expect(await sandbox.up([word])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('up version --json', async () => {
    expect((await sandbox.up(['version', '--json'])).stdout).toBe(`{"version":"${version}"}\n`);
  });

  test.each([['help'], ['-h'], ['--help']])('up %s names every command, on stdout', async (word) => {
    const { code, stdout, stderr } = await sandbox.up([word]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['start', 'local', 'deploy', 'build', 'logs', 'url', 'config', 'version']) {
      expect(stdout).toMatch(new RegExp(`^ .* ${name}\\b`, 'm'));
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('help of a command shows its flags and examples, whichever way it is asked for', async () => {
    const [asked, flagged] = await Promise.all([sandbox.up(['help', 'logs']), sandbox.up(['logs', '--help'])]);
    expect(asked.stdout).toBe(flagged.stdout);
    expect(asked.stdout).toContain('--follow');
    expect(asked.stdout).toContain('up logs -f');
  });

  test('help does not need a project', async () => {
    const empty = sandbox.project('broken', {});
    writeFiles(empty, { 'up.json': '{' });
    expect((await sandbox.up(['help', 'deploy'], { cwd: empty })).code).toBe(0);
  });
});

test('what is proposed where there is nothing yet works where it was looked for', async () => {
  const cwd = sandbox.project('cold', {
    'app.js': app,
    'up.json': '{"name": "cold", "stages": {"production": {"lambda": {"warm": true}}}}',
  });
  const env = await sandbox.up(['env', '--local'], { cwd });
  expect(env.stderr).toContain('No variables yet: up env set NAME --local\n');
  const warm = await sandbox.up(['warm', 'status', 'production', '--local'], { cwd });
  expect(warm.stdout).toBe('production is not kept warm: a deploy switches it on: up production --local\n');
});
