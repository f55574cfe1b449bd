/**
 * Kills the local platform with SIGKILL, at random, while clients ask three apps and one writes state; starts it again
 * each time. Whatever was asked while it was up is answered, rightly; what it had answered before it was killed still
 * holds afterwards: functions, aliases, addresses, the parameter that is written all the time.
 *
 *   node scripts/checks/platform-kills.mjs --seconds 300 --clients 64
 *
 * A request whose platform is killed under it may break, but it never gets a wrong answer. One that finds no room (each
 * app has reserved concurrency, so that this machine can bear it) is told so with 503 or 429, and asks again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetAliasCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, eventually, freePort, processesWith, start } from './processes.mjs';
import { requireBuild, root, temporaryDir, up, upResult } from './project.mjs';

const started = performance.now();
const program = join(root, 'dist', 'cli', 'main.js');
/** Of each app: with the proxy, each environment is two processes. */
const reserved = 4;
const upMs = { min: 1_500, max: 6_000 };
const downMs = { min: 0, max: 400 };
/** To answer again, all of them, on a machine that is busy with starting them. */
const recoverySeconds = 30;
/** What the last recovery and the end may take of the budget. */
const endShare = 0.4;
const endSeconds = 45;
const shownWrong = 5;

const apps = [
  { name: 'first', config: {} },
  { name: 'second', config: { compress: {} } },
  { name: 'third', config: { url: 'function_url' } },
];

const server = (name) => `
  const { createServer } = require('node:http');
  const { createHash } = require('node:crypto');
  createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const hash = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ app: '${name}', method: req.method, url: req.url, hash }));
  }).listen(process.env.PORT);`;

await runCheck(
  'platform-kills',
  300,
  async (check) => {
    await requireBuild();
    const platform = await openPlatform(check);
    const urls = await deployAll(check, platform);
    const before = await snapshot(platform.url);
    const until = started + (check.seconds - Math.min(endSeconds, check.seconds * endShare)) * 1_000;
    const tally = { right: 0, noRoom: 0, broken: 0, wrong: [], lastRight: {} };
    const writer = createWriter(platform);
    let isOver = false;
    const clients = Array.from({ length: check.sizes.clients }, () => ask(urls, platform, tally, () => isOver));
    const recoveries = [];

    await check.case('killed and started again, its state is what it was', async () => {
      const writing = writer.run(() => isOver);
      while (performance.now() < until) {
        await sleep(between(upMs));
        await platform.kill();
        await sleep(between(downMs));
        const since = performance.now();
        await platform.start();
        expect(await snapshot(platform.url), before, 'functions and aliases');
        await writer.check();
        const isAnswered = ({ name }) => (tally.lastRight[name] ?? 0) > since;
        await eventually('answers of all three', () => apps.every(isAnswered), recoverySeconds);
        recoveries.push(performance.now() - since);
      }
      isOver = true;
      await writing;
      const sorted = recoveries.toSorted((a, b) => a - b).map(Math.round);
      return `${sorted.length} kills, all three apps answered after ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (longest)`;
    });

    isOver = true;
    await check.case(`${check.sizes.clients} clients got no wrong answer`, async () => {
      await Promise.all(clients);
      const { right, noRoom, broken, wrong } = tally;
      require(wrong.length === 0, `${wrong.length} wrong: ${wrong.slice(0, shownWrong).join('\n')}`);
      require(right > 0, 'no answers');
      return `${right} right, ${noRoom} told to come again, ${broken} broke off in a kill`;
    });

    await check.case('nothing is left of all the killed platforms', async () => {
      await platform.stop();
      const left = () => processesWith({ UP_LOCAL_ENVIRONMENT: platform.dir });
      await eventually('the end of every environment', () => left().length === 0);
    });
  },
  { clients: 64 },
);

// --- the platform -----------------------------------------------------------------------------------------------------

async function openPlatform(check) {
  const dir = temporaryDir(check);
  const port = await freePort();
  const env = { ...cleanEnvironment(), UP_LOCAL_DIR: dir };
  const url = `http://127.0.0.1:${port}`;
  /** Times, in milliseconds of this process, between which it may be away: `[from, to]`, the last one perhaps open. */
  const away = [];
  let running = null;

  async function begin() {
    running = start(process.execPath, [program, 'local', '--port', String(port), '-C', dir], { env });
    const one = running;
    await eventually(
      'the platform',
      () => {
        require(one.child.exitCode === null, `it ended with ${one.child.exitCode}: ${one.stderr}`);
        return one.stdout.trim() !== '';
      },
      recoverySeconds,
    );
    expect(running.stdout.trim(), url, 'its address');
    if (away.length > 0) away.at(-1)[1] = performance.now();
  }

  await begin();
  const platform = {
    dir,
    url,
    env: { UP_LOCAL_DIR: dir },
    start: begin,
    async kill() {
      away.push([performance.now(), Number.POSITIVE_INFINITY]);
      running.child.kill('SIGKILL');
      await running.exited;
    },
    /** Whether a request from then to now may have met a kill. */
    mayBreak: (since) => away.some(([from, to]) => since <= to && performance.now() >= from),
    stop: () => up(['local', 'stop', '-C', dir], { env: { UP_LOCAL_DIR: dir } }),
  };
  check.onEnd(platform.stop);
  return platform;
}

async function deployAll(check, platform) {
  const urls = {};
  for (const { name, config } of apps) {
    const dir = join(temporaryDir(check), name);
    mkdirSync(dir);
    writeFileSync(join(dir, 'app.js'), server(name));
    writeFileSync(join(dir, 'up.json'), JSON.stringify({ name, lambda: { reserved }, ...config }));
    urls[name] = await upResult(['--local', '--no-check', '-C', dir], platform);
  }
  return urls;
}

function settings(endpoint) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'check', secretAccessKey: 'check' } };
}

/** What has to be the same whatever happens. */
async function snapshot(endpoint) {
  const lambda = new LambdaClient(settings(endpoint));
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  const aliases = await Promise.all(
    apps.map(({ name }) => lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'staging' }))),
  );
  lambda.destroy();
  return {
    functions: Functions.map(({ FunctionName, CodeSha256, RevisionId }) => [FunctionName, CodeSha256, RevisionId]),
    aliases: aliases.map(({ Name, FunctionVersion, RevisionId }) => [Name, FunctionVersion, RevisionId]),
  };
}

// --- who writes -------------------------------------------------------------------------------------------------------

/** One parameter, overwritten again and again: what was acknowledged is there after every kill, and nothing that was never sent. */
function createWriter(platform) {
  const Name = '/check/written';
  let acknowledged = 0;
  let sent = 0;
  const client = () => new SSMClient({ ...settings(platform.url), maxAttempts: 1 });
  return {
    async run(isOver) {
      while (!isOver()) {
        const ssm = client();
        sent++;
        const put = new PutParameterCommand({ Name, Value: String(sent), Type: 'String', Overwrite: true });
        await ssm.send(put).then(
          () => {
            acknowledged = sent;
          },
          // Killed in the middle: it may be there or not.
          () => sleep(50),
        );
        ssm.destroy();
        await sleep(20);
      }
    },
    async check() {
      const least = acknowledged;
      const ssm = client();
      const { Parameter } = await ssm
        .send(new GetParameterCommand({ Name }))
        .catch(() => ({ Parameter: { Value: '0' } }));
      ssm.destroy();
      const found = Number(Parameter.Value);
      require(found >= least && found <= sent, `the parameter is ${found}; ${least} was acknowledged, ${sent} sent`);
    },
  };
}

// --- who asks ---------------------------------------------------------------------------------------------------------

async function ask(urls, platform, tally, isOver) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const names = Object.keys(urls);
  while (!isOver()) {
    const name = names[Math.floor(Math.random() * names.length)];
    const since = performance.now();
    const outcome = await once(name, urls[name], agent);
    if (outcome === 'right') count(tally, name);
    else if (outcome === 'no room') tally.noRoom++;
    else if (outcome.startsWith('broken') && platform.mayBreak(since)) tally.broken++;
    else tally.wrong.push(`${name}: ${outcome}`);
    await sleep(outcome === 'right' ? Math.random() * 20 : 50 + Math.random() * 200);
  }
  agent.destroy();
}

function count(tally, name) {
  tally.right++;
  tally.lastRight[name] = performance.now();
}

/** `right`, `no room`, or what happened instead. */
async function once(name, url, agent) {
  const method = Math.random() < 0.5 ? 'GET' : 'POST';
  const body = method === 'POST' ? randomBytes(1 + Math.floor(Math.random() * 20_000)) : Buffer.alloc(0);
  const path = `/${randomBytes(6).toString('hex')}?n=${Math.floor(Math.random() * 1_000)}`;
  const answer = await send(new URL(path, url), method, body, agent).catch((error) => ({ error }));
  if (answer.error) return `broken: ${answer.error.message}`;
  if (isNoRoom(answer)) return 'no room';
  const hash = createHash('sha256').update(body).digest('hex');
  const wanted = JSON.stringify({ app: name, method, url: path, hash });
  return answer.status === 200 && answer.body === wanted
    ? 'right'
    : `${method} ${path} got ${answer.status} ${answer.body.slice(0, 300)}, wanted ${wanted}`;
}

function isNoRoom({ status, body }) {
  return (
    (status === 503 && body === '{"message":"Service Unavailable"}') ||
    (status === 429 && body.includes('Rate Exceeded.'))
  );
}

function send(url, method, body, agent) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': body.length };
    const req = request(url, { method, agent, headers }, (res) => {
      text(res).then((all) => resolve({ status: res.statusCode, body: all }), reject);
    });
    req.once('error', reject);
    req.end(body);
  });
}

function between({ min, max }) {
  return min + Math.random() * (max - min);
}
