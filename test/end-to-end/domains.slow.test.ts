/**
 * An up.json as apex/up's users have it, deployed unchanged: with domains, hooks, redirects and settings by stage. The
 * domain is followed from the first deploy to requests by its name, and to its end.
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, send } from '../support/http.ts';
import { createSandbox, type Endpoint, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
const fixture = fileURLToPath(new URL('../fixtures/apex-up', import.meta.url));
let endpoint: Endpoint;
let pending: Ran;
let live: Ran;
let dir: string;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

function settings() {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: endpoint.url, region: 'us-east-1', credentials };
}

beforeAll(async () => {
  endpoint = await sandbox.platform();
  dir = sandbox.project('shop', {});
  cpSync(fixture, dir, { recursive: true });
  pending = await sandbox.up(['--local', '--no-check', '--json'], { cwd: dir });
  const route53 = new Route53Client(settings());
  await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'test' }));
  route53.destroy();
  live = await sandbox.up(['--local', '--wait'], { cwd: dir });
});
afterAll(() => sandbox.close());

/** What a client that resolves the domain to this machine gets. */
function get(path: string): Promise<Answer> {
  return send(endpoint.url, { path, headers: [['host', 'api.example.com']] });
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
  expect(await get('/v1/pets?a=1')).toMatchObject({ status: 200, text: expect.stringContaining('"url":"/pets?a=1"') });
  expect((await get('/v1')).text).toContain('"url":"/"');
});

test('what is not mapped is forbidden', async () => {
  expect(await get('/v12')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
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
      expect.objectContaining({
        stage: 'production',
        name: 'example.com',
        certificate: null,
        zone: null,
        mapped: false,
      }),
    ],
  });
});

describe('the rest of an up.json of apex/up', () => {
  const at = async (path: string, ...more: [string, string][]) => {
    const answer = await send(parseJson(pending.stdout).url, { path, headers: [['accept', 'text/html'], ...more] });
    return { ...answer, headers: Object.fromEntries(answer.headers) };
  };

  test('its hooks ran in their order, once for each deploy', () => {
    const built = ['prebuild', 'build', 'postbuild'];
    const log = readFileSync(join(dir, 'hooks.log'), 'utf8').split('\n');
    expect(log.slice(0, 8)).toEqual([...built, 'predeploy', 'postdeploy staging', ...built]);
  });

  test('its function has the settings of the stage', async () => {
    const lambda = new LambdaClient(settings());
    const fn = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'shop', Qualifier: 'staging' }));
    lambda.destroy();
    expect(fn).toMatchObject({ MemorySize: 256, Timeout: 30, Runtime: 'nodejs22.x' });
    expect(fn.Environment?.Variables).toMatchObject({ GREETING: 'hello', UP_STAGE: 'staging' });
  });

  test('its redirects, rewrites, files, error pages, snippets and CORS are there', async () => {
    expect(await at('/old/7')).toMatchObject({ status: 301, headers: { location: '/new/7' } });
    expect(await at('/docs/a/b')).toMatchObject({ status: 302, headers: { location: 'https://docs.example.com/a/b' } });
    expect((await at('/app/x')).text).toContain('"url":"/shell","stage":"staging","greeting":"hello","built":true');
    expect(await at('/assets/site.css')).toMatchObject({ status: 200, headers: { 'cache-control': 'max-age=60' } });
    expect(await at('/missing')).toMatchObject({
      status: 404,
      text: expect.stringContaining('<h1>Not Found Shop</h1>'),
    });
    const page = await at('/', ['origin', 'https://shop.example.com']);
    expect(page.text).toMatch(/window\.shop = 1.*<\/head>.*site\.js.*<\/body>/s);
    expect(page.headers).toMatchObject({ 'access-control-allow-origin': 'https://shop.example.com' });
  });
});

test('taken out of up.json, it is gone with the next deploy', async () => {
  const { stages, ...rest } = JSON.parse(readFileSync(join(dir, 'up.json'), 'utf8'));
  delete stages.staging.domain;
  writeFiles(dir, { 'up.json': JSON.stringify({ ...rest, stages }) });
  const { code, stderr } = await sandbox.up(['--local', '--no-check'], { cwd: dir });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('domain: removed api.example.com');
  expect((await get('/v1/pets')).text).not.toContain('greeting');
});
