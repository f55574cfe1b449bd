/**
 * Proves that AWS's own clients drive every operation of the local platform: the AWS CLI (by its own driver, in one
 * process), boto3 and the JavaScript SDK each run one story that has every operation in it, and read back what it did.
 * Operations without a row here fail the check.
 *
 *   node scripts/checks/operations.mjs --seconds 120
 *   --record      also writes test/operations/recorded.json, from which docs/local.md tells who drives what
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { zipSync } from 'fflate';
import { importTypeScript } from '../typescript.mjs';
import { require, runCheck } from './check.mjs';
import * as compute from './operations/compute.mjs';
import * as network from './operations/network.mjs';
import * as others from './operations/others.mjs';
import { cleanEnvironment, run } from './processes.mjs';
import { root, startPlatform, temporaryDir } from './project.mjs';
import { pythonPrograms, startRunner } from './python.mjs';

const packages = { logs: 'cloudwatch-logs', route53: 'route-53' };

/** In the order in which one thing needs another. */
const story = [
  ['iam', compute.iam],
  ['s3', compute.s3],
  ['lambda', compute.lambda],
  ['scheduler', others.scheduler],
  ['cloudwatch', others.cloudwatch],
  ['sns', others.sns],
  ['route53', network.route53],
  ['acm', network.acm],
  ['route53', network.proof],
  ['acm', network.issued],
  ['apigatewayv2', network.apigatewayv2],
  ['acm', network.acmEnd],
  ['route53', (c) => network.proof(c, 'DELETE')],
  ['route53', network.route53End],
  ['lambda', compute.lambdaEnd],
  ['s3', compute.s3End],
  ['iam', compute.iamEnd],
  ['logs', others.logs],
  ['ssm', others.ssm],
  ['sts', others.sts],
];

/** What takes its time on AWS too, and here a second or so. */
const slow = new Set(['DescribeCertificate', 'GetMetricData']);
const slowMs = 10_000;

const record = process.argv.includes('--record');
process.argv = process.argv.filter((word) => word !== '--record');

await runCheck('operations', 180, async (check) => {
  const { services } = await importTypeScript(join(root, 'local/aws/services.ts'));
  const platform = await startPlatform(check);
  const python = await findPython(check);
  const dir = temporaryDir(check);
  const files = { zip: join(dir, 'code.zip'), text: join(dir, 'text') };
  const handler = 'export const handler = async (event) => ({ echo: event });';
  writeFileSync(files.zip, zipSync({ 'index.mjs': Buffer.from(handler) }));
  writeFileSync(files.text, 'hello');
  const env = { AWS_ENDPOINT_URL: platform.url, AWS_ACCESS_KEY_ID: 'check', AWS_SECRET_ACCESS_KEY: 'check' };
  const region = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '' };
  const runner = startRunner(check, python, { ...cleanEnvironment(), ...env, ...region });
  const clients = { cli: runner('cli'), boto3: runner('boto3'), sdk: await startSdk(platform.url) };
  const driven = [];

  for (const [client, call] of Object.entries(clients)) {
    await check.case(`${client} drives every operation`, async () => {
      const told = await tell(client, call, { name: `check-${client}`, ...files, token: () => tokenOf(platform.url) });
      driven.push(...told.map((one) => ({ ...one, client })));
      const missing = missingOf(services, told);
      require(missing.length === 0, `no row for ${missing.join(', ')}`);
      return `${told.length} calls`;
    });
  }

  if (record) writeFileSync(join(root, 'test/operations/recorded.json'), render(driven));
});

async function tell(client, call, context) {
  const told = [];
  for (const [service, rows] of story) {
    for (const [operation, input, holds = () => true] of rows(context)) {
      const answer = await ask(async () => call(service, operation, await given(input)), operation, holds);
      const what = `${client}: ${service} ${operation}`;
      require(answer.error === undefined, `${what}: ${answer.error}`);
      require(answer.holds, `${what} answered ${JSON.stringify(answer.output).slice(0, 500)}`);
      told.push({ service, operation });
    }
  }
  return told;
}

/** Again and again where the answer may take its time. */
async function ask(call, operation, holds) {
  for (const until = Date.now() + slowMs; ; ) {
    const answer = await call();
    const isRight = answer.error === undefined && Boolean(holdsTrue(holds, answer.output));
    if (isRight || !slow.has(operation) || Date.now() > until) return { ...answer, holds: isRight };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An answer that lacks what it is looked at for is a wrong one. */
function holdsTrue(holds, output) {
  try {
    return holds(output);
  } catch {
    return false;
  }
}

async function given(input) {
  const value = typeof input === 'function' ? await input() : input;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** Of the last subscription that was to be confirmed: it came by mail. */
async function tokenOf(url) {
  const { messages } = await (await fetch(`${url}/_local/messages`)).json();
  return messages.map((message) => /Token=(\w+)/.exec(message.text)?.[1]).findLast(Boolean);
}

function missingOf(services, told) {
  const done = new Set(told.map(({ service, operation }) => `${service} ${operation}`));
  const all = [...services.values()].flatMap(({ name, operations }) =>
    Object.keys(operations).map((one) => `${name} ${one}`),
  );
  return all.filter((one) => !done.has(one));
}

/** By service and operation, the clients. */
function render(driven) {
  const names = (all) => [...new Set(all)].sort();
  const clientsOf = (service, operation) => {
    const found = driven.filter((one) => one.service === service && one.operation === operation);
    return [...new Set(found.map(({ client }) => client))].join(' ');
  };
  const entries = names(driven.map(({ service }) => service)).map((service) => {
    const operations = names(driven.filter((one) => one.service === service).map(({ operation }) => operation));
    return [service, Object.fromEntries(operations.map((operation) => [operation, clientsOf(service, operation)]))];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

// --- the clients ------------------------------------------------------------------------------------------------------

/** A Python that has both; pip's, when the machine has none. */
async function findPython(check) {
  const { code } = await run('python3', ['-c', 'import boto3, awscli.clidriver']).catch(() => ({ code: 127 }));
  return code === 0 ? 'python3' : join(await pythonPrograms(check, ['awscli', 'boto3']), 'python');
}

async function startSdk(endpoint) {
  const credentials = { accessKeyId: 'check', secretAccessKey: 'check' };
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1, forcePathStyle: true };
  const loaded = new Map();
  async function load(service) {
    const module = await import(`@aws-sdk/client-${packages[service] ?? service}`);
    const Client = Object.entries(module).find(([name]) => name.endsWith('Client') && !name.startsWith('__'))[1];
    return { module, client: new Client(settings) };
  }
  return async function call(service, operation, input) {
    if (!loaded.has(service)) loaded.set(service, await load(service));
    const { module, client } = loaded.get(service);
    try {
      const { $metadata, ...output } = await client.send(new module[`${operation}Command`](await revive(input)));
      return { output: await readable(output) };
    } catch (error) {
      return { error: `${error.name}: ${error.message}` };
    }
  };
}

async function revive(value) {
  if (Array.isArray(value)) return Promise.all(value.map(revive));
  if (typeof value !== 'object' || value === null) return value;
  if (value.$date) return new Date(value.$date);
  if (value.$file) return (await import('node:fs')).readFileSync(value.$file);
  const entries = Object.entries(value).map(async ([key, one]) => [key, await revive(one)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function readable({ Payload, Body, ...output }) {
  if (Payload) return { ...output, text: Buffer.from(Payload).toString() };
  return Body ? { ...output, text: await text(Body) } : output;
}
