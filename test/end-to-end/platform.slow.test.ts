/** The local platform with apps on it: killed, started again, and the URLs it keeps. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { findProcesses, isAlive, stateOf } from '../support/processes.ts';
import { createSandbox, freePorts, parseJson, type Sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

function app(name: string): string {
  return `
    const { createServer } = require('node:http');
    createServer((req, res) => {
      res.end(JSON.stringify({ app: ${JSON.stringify(name)}, stage: process.env.UP_STAGE, pid: process.pid }));
    }).listen(process.env.PORT);`;
}

async function deploy(sandbox: Sandbox, dir: string, stage = 'staging'): Promise<string> {
  const { stdout, stderr, code } = await sandbox.up([stage, '--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function ask(url: string, headers: [string, string][] = []) {
  return JSON.parse((await send(url, { headers })).text);
}

describe('up local --deploy', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test('deploys, prints the URL as the last line of stdout and serves until Ctrl-C, as `npm start` does', async () => {
    const dir = sandbox.project('hello', { 'app.js': app('hello') });
    const port = await freePorts(4);
    const served = sandbox.spawn(['local', '--port', String(port), '--deploy', dir]);
    const url = await until('the URL', () => /^(http:\S+\/)\n$/m.exec(served.stdout())?.[1]);
    expect(served.stdout().trimEnd().split('\n').at(-1)).toBe(url);
    expect(await ask(url)).toMatchObject({ app: 'hello', stage: 'staging' });
    expect((await served.end('SIGINT')).code).toBe(130);
    await until('every process to end', () => findProcesses(sandbox.root).length === 0);
  });

  test('uses a platform that runs already, which outlives it', async () => {
    const dir = sandbox.project('guest', { 'app.js': app('guest') });
    const platform = await sandbox.platform();
    const served = sandbox.spawn(['local', '--deploy', dir]);
    const url = await until('the URL', () => /^(http:\S+\/)\n$/m.exec(served.stdout())?.[1]);
    expect((await served.end('SIGTERM')).code).toBe(143);
    expect(isAlive(platform.pid)).toBe(true);
    expect(await ask(url)).toMatchObject({ app: 'guest' });
  });
});

describe('URLs', () => {
  const sandbox = createSandbox();
  let port: number;
  const urls: Record<string, string> = {};
  beforeAll(async () => {
    ({ port } = await sandbox.platform());
    const shop = sandbox.project('shop', { 'app.js': app('shop') });
    const blog = sandbox.project('blog', { 'app.js': app('blog') });
    urls['shop staging'] = await deploy(sandbox, shop);
    urls['shop production'] = await deploy(sandbox, shop, 'production');
    urls['blog staging'] = await deploy(sandbox, blog);
  });
  afterAll(() => sandbox.close());

  test('each stage of each app has a port of its own', async () => {
    expect(new Set(Object.values(urls)).size).toBe(3);
    for (const [name, url] of Object.entries(urls)) {
      const { app, stage } = await ask(url);
      expect(`${app} ${stage}`).toBe(name);
    }
  });

  test.each([
    'shop staging',
    'shop production',
    'blog staging',
  ])('%s has a name on the port of the platform', async (name) => {
    const [app, stage] = name.split(' ');
    const answer = await ask(`http://127.0.0.1:${port}/`, [['host', `${stage}.${app}.localhost:${port}`]]);
    expect(answer).toMatchObject({ app, stage });
  });

  test('a name that nobody has is not found', async () => {
    const { status } = await send(`http://127.0.0.1:${port}/`, {
      headers: [['host', `staging.nobody.localhost:${port}`]],
    });
    expect(status).toBe(404);
  });

  test('the ports stay when the platform is started again', async () => {
    await sandbox.up(['local', 'stop']);
    await sandbox.platform();
    for (const [name, url] of Object.entries(urls)) {
      const { app, stage } = await ask(url);
      expect(`${app} ${stage}`).toBe(name);
    }
  });
});

describe('a platform that is killed', () => {
  const sandbox = createSandbox();
  let dir: string;
  let url: string;
  beforeAll(async () => {
    const { pid } = await sandbox.platform();
    dir = sandbox.project('phoenix', { 'app.js': app('phoenix') });
    url = await deploy(sandbox, dir);
    const { pid: appPid } = await ask(url);
    // Frozen, it cannot see that nobody is left to work for.
    await until('the app to be frozen', () => stateOf(appPid) === 'T');
    process.kill(pid, 'SIGKILL');
    await until('the platform to be gone', () => !isAlive(pid));
    expect(isAlive(appPid)).toBe(true);
  });
  afterAll(() => sandbox.close());

  test('is started again by the next command with --local, on the same state and the same URL, without a deploy', async () => {
    const orphans = findProcesses(sandbox.root).map(({ pid }) => pid);
    const { code, stdout } = await sandbox.up(['url', '--local'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${url}\n` });
    expect(await ask(url)).toMatchObject({ app: 'phoenix', stage: 'staging' });
    expect(orphans.filter(isAlive)).toEqual([]);
    expect((await sandbox.up(['--local'], { cwd: dir })).stderr).toContain('Nothing to deploy: v1');
  });

  test('leaves nothing behind once it is stopped', async () => {
    await sandbox.up(['local', 'stop']);
    await until('every process to end', () => findProcesses(sandbox.root).length === 0);
  });
});

describe('without UP_LOCAL_DIR', () => {
  const sandbox = createSandbox();
  const env = { UP_LOCAL_DIR: undefined };
  afterAll(() => sandbox.close());

  test('the state is at the git root of the project, and a platform is started for it', async () => {
    const dir = sandbox.project('repository/apps/inner', { 'app.js': app('inner') });
    const root = join(sandbox.root, 'projects', 'repository');
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    const { code, stdout, stderr } = await sandbox.up(['--local'], { cwd: dir, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await ask(stdout.trim())).toMatchObject({ app: 'inner' });
    const status = parseJson((await sandbox.up(['local', 'status', '--json'], { cwd: dir, env })).stdout);
    expect(status).toMatchObject({ running: true, dir: join(root, '.up', 'local') });
    expect(isAlive(status.pid)).toBe(true);
    expect((await sandbox.up(['local', 'stop', '-C', dir, '--json'], { env })).stdout).toContain('"stopped":true');
  });

  test('it is in the project when there is no git, and no part of the package', async () => {
    const dir = sandbox.project('loner', { 'app.js': app('loner') });
    const status = parseJson((await sandbox.up(['local', 'status', '--json'], { cwd: dir, env })).stdout);
    expect(status).toEqual({ running: false, dir: join(dir, '.up', 'local') });
    const first = await sandbox.up(['--local', '-C', dir], { env });
    expect(first).toMatchObject({ code: 0 });
    expect((await sandbox.up(['--local', '-C', dir], { env })).stderr).toContain('Nothing to deploy');
  });
});
