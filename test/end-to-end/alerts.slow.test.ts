/** Alerts as a user has them: deployed, seen, tried, told to a real webhook, and gone with the app. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const app = `require('node:http').createServer((req, res) => {
  res.statusCode = req.url === '/boom' ? 500 : 200;
  res.end('hello');
}).listen(process.env.PORT);`;

let sandbox: Sandbox;
let server: Server;
const posted: { readonly alert: string; readonly state: string }[] = [];
beforeAll(async () => {
  sandbox = createSandbox();
  server = createServer(async (req, res) => {
    const told = JSON.parse(await text(req));
    posted.push(told);
    res.writeHead(told.alert === 'lambda.errors' ? 404 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.close();
});

test('alerts are deployed, listed, tried, and removed with the app', { timeout: 120_000 }, async () => {
  const { port } = server.address() as AddressInfo;
  const upJson = {
    alerts: 'default',
    actions: [
      { name: 'hook', type: 'webhook', url: '$HOOK_URL' },
      { name: 'oncall', type: 'sms', numbers: ['+12505550123'] },
    ],
    environment: { HOOK_URL: `http://127.0.0.1:${port}/` },
  };
  const cwd = sandbox.project('watched', { 'app.js': app, 'up.json': JSON.stringify(upJson) });
  const up = async (...words: string[]) => {
    const { code, stdout, stderr } = await sandbox.up([...words, '--local'], { cwd });
    return { code, stdout, stderr };
  };
  const deployed = await up('--no-check');
  expect(deployed).toMatchObject({ code: 0 });
  expect(deployed.stderr).toContain('price: 4 alarms: about $0.40 a month');

  expect((await up('alerts')).stdout).toContain('oncall            sms      +12505550123');
  const tried = await up('alerts', 'test', '--json');
  expect(tried).toMatchObject({ code: 0 });
  expect(JSON.parse(tried.stdout).deliveries).toEqual([
    { alert: 'http.5xx', action: 'hook', endpoint: '', delivered: true, detail: 'taken by the webhook' },
    { alert: 'http.5xx', action: 'oncall', endpoint: '+12505550123', delivered: true, detail: 'taken by SNS' },
  ]);
  const { alert, state } = posted[0] ?? {};
  expect([alert, state]).toEqual(['http.5xx', 'ALARM']);

  const refused = await up('alerts', 'test', 'lambda.errors');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('UP_ALERT_UNDELIVERED');
  expect(refused.stderr).toContain('the webhook answered 404');

  expect(await up('delete', '-y')).toMatchObject({ code: 0 });
  const endpoint = JSON.parse((await up('local', 'status', '--json')).stdout).url;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const cloudwatch = new CloudWatchClient({ endpoint, region: 'us-east-1', credentials });
  expect((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  cloudwatch.destroy();
});
