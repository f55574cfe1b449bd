/** One app through everything that a deployer does with it, chapter by chapter. Each leaves what the next one starts from. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  UpdateIntegrationCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, DeleteRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { permissionId } from '../../cli/aws/names.ts';
import { writeFiles } from '../support/sandbox.ts';

export interface Chapter {
  /** As in docs/permissions.md. */
  readonly title: string;
  readonly words: readonly string[];
  /** What happens before: in the project's folder, or in AWS, at an endpoint that allows everything. */
  readonly before?: (place: Place) => void | Promise<void>;
}

export interface Place {
  readonly dir: string;
  readonly endpoint: string;
}

/** Milliseconds for one command: packing 40 MB takes long on a busy machine. */
export const timeout = 120_000;

const onDomain = { stages: { staging: { domain: 'example.com', path: '/next' } } };

export const chapters: readonly Chapter[] = [
  { title: 'a first deploy', words: ['--no-check'], before: code('one') },
  { title: 'a deploy of nothing new', words: ['--no-check'] },
  { title: 'new code', words: ['--no-check'], before: code('two') },
  {
    title: 'a new configuration',
    words: ['--no-check'],
    before: config({ lambda: { memory: 256 }, environment: { GREETING: 'hello' } }),
  },
  { title: '`up env set`', words: ['env', 'set', 'API_KEY=correct-horse', '--apply'] },
  { title: '`up env ls`', words: ['env'] },
  { title: '`up env get`', words: ['env', 'get', 'API_KEY'] },
  { title: '`up env pull`', words: ['env', 'pull'] },
  { title: 'variables above 4 KB', words: ['env', 'push', 'big.env', '--apply'], before: bigFile },
  { title: '`up env rm`', words: ['env', 'rm', 'API_KEY', '--apply'] },
  { title: 'a repair', words: ['--no-check'], before: changeByHand },
  { title: '`up url`', words: ['url'] },
  { title: '`up logs`', words: ['logs'] },
  { title: '`up releases`', words: ['releases'] },
  { title: '`up rollback`', words: ['rollback'] },
  { title: '`up promote`', words: ['promote', 'staging', 'production'] },
  { title: '`--canary --watch`', words: ['--no-check', '--canary', '50%', '--watch', '2s'], before: code('three') },
  { title: '`up promote` of a canary', words: ['promote'] },
  { title: '`up metrics`', words: ['metrics'] },
  { title: '`up status`', words: ['status'] },
  { title: '`up prune`', words: ['prune', '--retain', '1', '-y'] },
  { title: '`up stack plan`', words: ['stack', 'plan'] },
  {
    title: 'a Function URL',
    words: ['streams', '--no-check'],
    before: config({ stages: { streams: { url: 'function_url' } } }),
  },
  {
    title: 'a Function URL that changes',
    words: ['streams', '--no-check'],
    before: config({ stages: { streams: { url: 'function_url', proxy: { stream: false } } } }),
  },
  {
    title: 'keeping a stage warm',
    words: ['--no-check'],
    before: config({ lambda: { warm: true, warm_count: 1, provisioned: 1, reserved: 9 } }),
  },
  {
    title: 'keeping it warm otherwise',
    words: ['--no-check'],
    before: config({ lambda: { warm: true, warm_count: 1, warm_rate: '10m', provisioned: 1, reserved: 9 } }),
  },
  { title: '`up warm status`', words: ['warm', 'status'] },
  { title: 'keeping it warm no more', words: ['--no-check'], before: config({}) },
  { title: 'alerts', words: ['--no-check'], before: config(alertsFor('+12505550123', 'slack')) },
  { title: '`up alerts`', words: ['alerts'] },
  { title: '`up alerts test`', words: ['alerts', 'test', 'http.5xx'] },
  { title: 'other alerts', words: ['--no-check'], before: config(alertsFor('+12505550199', 'ops')) },
  { title: 'alerts no more', words: ['--no-check'], before: config({}) },
  { title: 'a domain', words: ['--no-check', '--wait'], before: zoneAndDomain },
  { title: '`up domains`', words: ['domains'] },
  {
    title: 'another path of a domain',
    words: ['--no-check'],
    before: config(onDomain),
  },
  { title: 'tags', words: ['--no-check'], before: config({ tags: { team: 'shop' }, ...onDomain }) },
  { title: 'tags no more', words: ['--no-check'], before: config(onDomain) },
  { title: 'a domain no more', words: ['--no-check'], before: config({}) },
  { title: 'a package of more than 40 MB', words: ['--no-check'], before: largeFile },
  { title: '`up stack status`', words: ['stack', 'status'] },
  { title: '`up delete STAGE`', words: ['delete', 'streams', '-y'] },
  { title: '`up delete`', words: ['delete', '-y'] },
  { title: 'a VPC and a layer', words: ['--no-check'], before: inVpc },
  { title: 'a VPC no more', words: ['--no-check'], before: config({}) },
  { title: '`up delete` after a VPC', words: ['delete', '-y'] },
];

/** The app has to be called what the policy is for. */
export function code(version: string): (place: Place) => void {
  const server = `require('node:http').createServer((req, res) => res.end('${version}')).listen(process.env.PORT);`;
  return ({ dir }) => writeFiles(dir, { 'app.js': server });
}

function bigFile({ dir }: Place): void {
  writeFiles(dir, { 'big.env': `BIG=${'x'.repeat(4000)}` });
}

/** Of what does not become smaller by packing. */
function largeFile({ dir }: Place): void {
  writeFiles(dir, { 'large.bin': randomBytes(40 * 1024 * 1024 + 1) });
}

function inVpc({ dir }: Place): void {
  rmSync(join(dir, 'large.bin'));
  const vpc = { subnets: ['subnet-1', 'subnet-2'], security_groups: ['sg-1'] };
  const layers = ['arn:aws:lambda:us-east-1:123456789012:layer:tools:3'];
  writeFiles(dir, { 'up.json': JSON.stringify({ lambda: { vpc, layers } }) });
}

function config(settings: object): (place: Place) => void {
  return ({ dir }) => writeFiles(dir, { 'up.json': JSON.stringify(settings) });
}

/** A number that is another one, and a topic of another name: what stood there before has to go. */
function alertsFor(number: string, topic: string): object {
  const sms = { name: 'sms', type: 'sms', numbers: [number] };
  const slack = { name: topic, type: 'slack', url: '$SLACK_URL' };
  const failures = { metric: 'http.5xx', threshold: 5, action: 'sms' };
  return { alerts: [failures, { metric: 'http.latency', threshold: 900, name: topic }], actions: [sms, slack] };
}

/** Where the account has a zone of the domain, the records are written by the deploy. */
async function zoneAndDomain({ dir, endpoint }: Place): Promise<void> {
  const route53 = new Route53Client(settingsOf(endpoint));
  await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'story' }));
  route53.destroy();
  writeFiles(dir, { 'up.json': JSON.stringify({ stages: { staging: { domain: 'example.com' } } }) });
}

/** For the hand that works beside up. */
function settingsOf(endpoint: string) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  return { endpoint, credentials, region: 'us-east-1' };
}

/** Somebody leads the API to another alias, and keeps logs for ever. A deploy that was cut short leaves such things too. */
async function changeByHand({ dir, endpoint }: Place): Promise<void> {
  const settings = settingsOf(endpoint);
  const [api, logs] = [new ApiGatewayV2Client(settings), new CloudWatchLogsClient(settings)];
  const lambda = new LambdaClient(settings);
  const { Items: apis = [] } = await api.send(new GetApisCommand({}));
  const ApiId = apis.find(({ Name }) => Name === `${basename(dir)}-staging`)?.ApiId;
  const { Items: integrations = [] } = await api.send(new GetIntegrationsCommand({ ApiId }));
  const [{ IntegrationId, IntegrationUri } = {}] = integrations;
  const elsewhere = IntegrationUri?.replace(/staging$/, 'elsewhere');
  await api.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri: elsewhere }));
  // As two first deploys at once leave it, when one of them is killed.
  const { Name, ProtocolType, Tags } = apis.find((one) => one.ApiId === ApiId) ?? {};
  await api.send(new CreateApiCommand({ Name, ProtocolType, Tags }));
  const again = { IntegrationType: 'AWS_PROXY', IntegrationUri, PayloadFormatVersion: '2.0' } as const;
  for (const _ of ['routed', 'spare']) await api.send(new CreateIntegrationCommand({ ApiId, ...again }));
  const statement = { FunctionName: basename(dir), Qualifier: 'staging', StatementId: permissionId('staging') };
  await lambda.send(new RemovePermissionCommand(statement));
  const bent = { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
  await lambda.send(new AddPermissionCommand({ ...statement, ...bent }));
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: `/aws/lambda/${basename(dir)}` }));
  api.destroy();
  logs.destroy();
  lambda.destroy();
}
