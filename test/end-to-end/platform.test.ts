/** The local platform as a program: started, found, asked, ended. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { isAlive } from '../support/processes.ts';
import { createSandbox, freePorts, parseJson, readText } from '../support/sandbox.ts';
import { signedHeaders } from '../support/signature.ts';
import { until } from '../support/until.ts';

describe('up local', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test('prints its endpoint, takes the next port when one is taken, and ends on SIGTERM with 143', async () => {
    const port = await freePorts(2);
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(port, '127.0.0.1', resolve));
    const platform = sandbox.spawn(['local', '--port', String(port)]);
    await until('the endpoint', () => platform.stdout().endsWith('\n'));
    expect(platform.stdout()).toBe(`http://127.0.0.1:${port + 1}\n`);
    expect((await platform.end('SIGTERM')).code).toBe(143);
    occupant.close();
  });

  test('with --json prints what endpoint.json holds, and ends on SIGINT with 130', async () => {
    const platform = sandbox.spawn(['local', '--json', '--port', String(await freePorts(2))]);
    await until('the endpoint', () => platform.stdout().endsWith('\n'));
    const endpoint = JSON.parse(platform.stdout());
    expect(endpoint).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: platform.pid,
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      node: process.versions.node,
    });
    expect(JSON.parse(readText(sandbox.stateDir, 'endpoint.json'))).toEqual(endpoint);
    expect((await platform.end('SIGINT')).code).toBe(130);
  });

  test('shows what an app wrote to somebody on one line, and the terminal obeys none of it', async () => {
    const platform = sandbox.spawn(['local', '--port', String(await freePorts(2))]);
    await until('the endpoint', () => platform.stdout().endsWith('\n'));
    const Message = 'Hello\u001b]0;title\u0007\nstate: was damaged';
    const body = new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      PhoneNumber: '+4915112345678',
      Message,
    });
    await fetch(platform.stdout().trim(), { method: 'POST', headers: signedHeaders('sns'), body });
    await until('the message', () => platform.stderr().includes('Hello'));
    expect(platform.stderr()).toContain('message: to +4915112345678: Hello]0;title state: was damaged\n');
    await platform.end('SIGTERM');
  });

  test('refuses to serve a state directory that another one serves: 5', async () => {
    const { pid } = await sandbox.platform();
    const { code, stdout, stderr } = await sandbox.up(['local', '--port', String(await freePorts(2))]);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('UP_LOCAL_RUNNING');
    expect(stderr).toContain(`pid ${pid}`);
    await sandbox.up(['local', 'stop']);
  });

  test('status and stop say what they found, in both forms', async () => {
    const { url, pid } = await sandbox.platform();
    const { node } = process.versions;
    const state = { running: true, dir: sandbox.stateDir, url, pid, started: expect.any(String), node };
    expect((await sandbox.up(['local', 'status'])).stdout).toBe(`${url} (pid ${pid})\n`);
    expect(parseJson((await sandbox.up(['local', 'status', '--json'])).stdout)).toEqual(state);
    expect(await sandbox.up(['local', 'stop', '--json'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `${JSON.stringify({ stopped: true, pid })}\n`,
    });
    expect(isAlive(pid)).toBe(false);
    expect(parseJson((await sandbox.up(['local', 'status', '--json'])).stdout)).toEqual({
      running: false,
      dir: sandbox.stateDir,
    });
    expect(await sandbox.up(['local', 'stop'])).toMatchObject({ code: 0, stdout: 'No local platform runs here\n' });
  });

  test('is told of where it runs another Node than its user does: packages with native code are made for one', async () => {
    const cwd = sandbox.project('native', { 'app.mjs': '' });
    await sandbox.platform();
    const file = join(sandbox.stateDir, 'endpoint.json');
    writeFileSync(file, JSON.stringify({ ...parseJson(readText(file)), node: '18.20.8' }));
    const { stderr } = await sandbox.up(['status', '--local'], { cwd });
    const { node } = process.versions;
    expect(stderr).toContain(`warning: platform: it runs Node 18.20.8, you run ${node}: up local stop, and --local`);
    await sandbox.up(['local', 'stop']);
    expect((await sandbox.up(['status', '--local'], { cwd })).stderr).not.toContain('warning');
    await sandbox.up(['local', 'stop']);
  });

  test('answers any client that signs, and turns away pages that reach it under another name', async () => {
    const { url } = await sandbox.platform();
    expect((await send(url, { headers: [['host', 'evil.example']] })).status).toBe(403);
    const headers = Object.entries(signedHeaders('lambda'));
    const listed = await send(url, { path: '/2015-03-31/functions', headers });
    expect({ status: listed.status, functions: JSON.parse(listed.text).Functions }).toEqual({
      status: 200,
      functions: [],
    });
    await sandbox.up(['local', 'stop']);
  });
});
