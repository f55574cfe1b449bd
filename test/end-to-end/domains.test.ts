/** A stage with a domain, from the first deploy to requests by its name. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox, type Endpoint, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
let endpoint: Endpoint;
let pending: Ran;
let live: Ran;
let dir: string;

const app = `
  const { createServer } = require('node:http');
  createServer((req, res) => res.end(req.url)).listen(process.env.PORT);`;
const domain = { domain: 'api.example.com', path: '/v1' };

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

beforeAll(async () => {
  endpoint = await sandbox.platform();
  dir = sandbox.project('shop', { 'app.js': app, 'up.json': JSON.stringify({ stages: { staging: domain } }) });
  pending = await sandbox.up(['--local', '--no-check', '--json'], { cwd: dir });
  const settings = { endpoint: endpoint.url, region: 'us-east-1' };
  const route53 = new Route53Client({ ...settings, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'test' }));
  route53.destroy();
  live = await sandbox.up(['--local', '--wait'], { cwd: dir });
});
afterAll(() => sandbox.close());

/** What a client that resolves the name to this machine gets. */
function get(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'api.example.com' };
    request({ port: endpoint.port, path, headers, agent: false }, async (res) => {
      resolve({ status: res.statusCode, body: await text(res) });
    })
      .once('error', reject)
      .end();
  });
}

test('a deploy does not wait for the certificate: it is live, and says which record to add', () => {
  expect(pending.code).toBe(0);
  expect(parseJson(pending.stdout)).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    domain: {
      name: 'api.example.com',
      url: 'https://api.example.com/v1/',
      state: 'pending',
      records: [{ type: 'CNAME', name: expect.stringMatching(/^_[0-9a-f]{32}\.api\.example\.com$/) }],
    },
  });
});

test('with --wait it says what it waits for, and ends with the domain', () => {
  const told = live.stderr.split('\n').filter((line) => /^(?:domain|certificate)/.test(line));
  expect(told.map((line) => line.replace(/ \(\d+\.\ds\)$/, ''))).toEqual([
    'domain: updated certificate',
    'certificate: issued',
    'domain: created domain name, api mapping, dns records',
    `domain: curl -H 'Host: api.example.com' ${endpoint.url}/v1/`,
  ]);
});

test('requests by the domain reach the app, which does not see the base path', async () => {
  expect(await get('/v1/pets?a=1')).toEqual({ status: 200, body: '/pets?a=1' });
  expect(await get('/v1')).toEqual({ status: 200, body: '/' });
});

test('what is not mapped is forbidden', async () => {
  expect(await get('/v12')).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
});

test('up domains tells all of it', async () => {
  const { stdout } = await sandbox.up(['domains', '--local', '--json'], { cwd: dir });
  expect(parseJson(stdout)).toEqual({
    domains: [
      {
        stage: 'staging',
        name: 'api.example.com',
        url: 'https://api.example.com/v1/',
        certificate: 'ISSUED',
        zone: 'example.com',
        mapped: true,
        dns: false,
        records: [],
      },
    ],
  });
});

test('taken out of up.json, it is gone with the next deploy', async () => {
  writeFiles(dir, { 'up.json': JSON.stringify({ stages: { staging: { path: '/v1' } } }) });
  const { code, stderr } = await sandbox.up(['--local', '--no-check'], { cwd: dir });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('domain: removed api.example.com');
  expect((await get('/v1/pets')).body).not.toContain('/pets');
});
