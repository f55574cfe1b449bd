/**
 * Proves, over more than a minute, that a frozen environment costs no request. Four apps on the local Lambda, at the
 * same time: examples/hello, one that closes idle connections after 5 s and says so, one that says nothing of it, one
 * behind `sh -c`. Each is asked, stands frozen for 70 s (state T in /proc), and is asked again: 200, by the same
 * processes, no cold start. Then its processes are killed between requests, ten times: no request is lost.
 *
 * At the same time, without the platform: `--thaws N` short thaws and `--gaps N` real gaps; see thaws.mjs.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, require, runCheck, Skip } from './check.mjs';
import { commandOf, eventually, isDead, processesWith, stateOf } from './processes.mjs';
import { checkStop, copyExample, requireBuild, startPlatform, temporaryDir, up, upResult } from './project.mjs';
import { checkThaws } from './thaws.mjs';

const frozenSeconds = 70;
const kills = 10;

/** An app that answers with what it was sent. `settings` go before `listen`, `header` before each answer. */
const server = (settings, header = '') => `
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
const server = createServer(async (req, res) => {
  const body = await text(req);
  ${header}
  res.end(JSON.stringify({ method: req.method, url: req.url, body, pid: process.pid }));
});
${settings}
server.listen(Number(process.env.PORT));
`;

const apps = {
  hello: null,
  'keep-alive-5s': { code: server('server.keepAliveTimeout = 5_000;') },
  // Node gives the hint only where the app leaves the header to it.
  'keep-alive-unsaid': {
    code: server('server.keepAliveTimeout = 2_000;', "res.setHeader('connection', 'keep-alive');"),
  },
  'behind-sh': { code: server(''), command: 'node app.js; echo the server has ended' },
};

await runCheck(
  'freeze',
  240,
  async (check) => {
    if (!existsSync('/proc/self/stat')) throw new Skip('/proc');
    await requireBuild();
    await Promise.all([checkPlatform(check), checkThaws(check, check.sizes)]);
  },
  { thaws: 200, gaps: 6 },
);

async function checkPlatform(check) {
  const platform = await startPlatform(check);
  const deployed = [];
  for (const [name, app] of Object.entries(apps)) {
    await check.case(`${name}: deploys`, async () => {
      const dir = app ? writeApp(check, name, app) : copyExample(check, name);
      const url = await upResult(['--local', '-C', dir], platform);
      deployed.push({ name, dir, url, shell: app?.command !== undefined });
      return url;
    });
  }
  await Promise.all(deployed.map((app) => freezeAndThaw(check, platform, app)));
  await Promise.all(deployed.map((app) => killBetweenRequests(check, platform, app)));
  await checkStop(check, platform);
}

function writeApp(check, name, { code, command }) {
  const dir = join(temporaryDir(check), name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(dir, 'app.js'), code);
  writeFileSync(join(dir, 'up.json'), JSON.stringify({ name, ...(command && { proxy: { command } }) }));
  return dir;
}

async function freezeAndThaw(check, platform, app) {
  const { name, url } = app;
  let before = [];
  await check.case(`${name}: answers, then all its processes are frozen`, async () => {
    await ask(url, 'GET', '/before');
    await ask(url, 'POST', '/echo/before');
    await eventually('the freeze', () => processesOf(platform, name).every(isFrozen));
    before = processesOf(platform, name);
    require(before.length >= (app.shell ? 3 : 2), `only ${before.length} processes`);
    return before.map((pid) => `${pid} ${stateOf(pid)}`).join(', ');
  });
  await check.case(`${name}: stays frozen for ${frozenSeconds} s`, async () => {
    for (let waited = 0; waited < frozenSeconds; waited++) {
      await sleep(1_000);
      const awake = processesOf(platform, name).filter((pid) => !isFrozen(pid));
      require(awake.length === 0, `after ${waited} s process ${awake[0]} is ${stateOf(awake[0])}`);
    }
  });
  await check.case(`${name}: then answers GET and POST, by the same processes, not cold`, async () => {
    await ask(url, 'GET', '/after');
    await ask(url, 'POST', '/echo/after');
    expect(processesOf(platform, name), before, 'processes');
    const records = await eventually('the records', async () => {
      const found = (await recordsOf(platform, app)).filter(({ path }) => path.endsWith('/after'));
      return found.length === 2 && found;
    });
    expect(
      records.map(({ method, status, cold }) => [method, status, cold]),
      [
        ['GET', 200, false],
        ['POST', 200, false],
      ],
      'records',
    );
    return records.map(({ method, duration }) => `${method} in ${duration} ms`).join(', ');
  });
}

/** The server itself, and where there is a shell before it, that in turn. */
async function killBetweenRequests(check, platform, app) {
  await check.case(`${app.name}: server killed ${kills} times between requests, none lost`, () =>
    killRepeatedly(platform, app, (pid) => commandOf(pid).at(-1) === 'app.js' && commandOf(pid)[0] !== '/bin/sh'),
  );
  if (!app.shell) return;
  await check.case(`${app.name}: shell killed ${kills} times between requests, none lost`, () =>
    killRepeatedly(platform, app, (pid) => commandOf(pid)[0] === '/bin/sh'),
  );
}

async function killRepeatedly(platform, { name, url }, isVictim) {
  const lost = [];
  for (let round = 0; round < kills; round++) {
    const method = round % 2 === 0 ? 'GET' : 'POST';
    await eventually('the freeze', () => processesOf(platform, name).every(isFrozen));
    const victim = processesOf(platform, name).find(isVictim);
    require(victim, `no process to kill among ${processesOf(platform, name).map((pid) => commandOf(pid).join(' '))}`);
    process.kill(victim, 'SIGKILL');
    await eventually('its end', () => isDead(victim));
    await ask(url, method, `/echo/${round}`).catch((error) => lost.push(`${method} ${round}: ${error.message}`));
  }
  require(lost.length === 0, `${lost.length} of ${kills} lost\n${lost.join('\n')}`);
  return `${kills} of ${kills} answered`;
}

/** The living processes of a function's environments, the oldest first. */
function processesOf({ dir }, name) {
  return processesWith({ UP_LOCAL_ENVIRONMENT: dir, AWS_LAMBDA_FUNCTION_NAME: name })
    .filter((pid) => !isDead(pid))
    .sort((a, b) => a - b);
}

function isFrozen(pid) {
  return stateOf(pid) === 'T';
}

/** Sends a request on a connection of its own; throws unless the answer is a 200 that fits. */
async function ask(url, method, path) {
  const sent = method === 'POST' ? `body of ${path}` : '';
  const res = await new Promise((resolve, reject) => {
    const req = request(new URL(path, url), { method, agent: false }, resolve);
    req.once('error', reject);
    req.end(sent);
  });
  const answer = await text(res);
  expect(res.statusCode, 200, `status of ${method} ${path}, with body ${answer}`);
  if (sent) expect(JSON.parse(answer).body, sent, 'body');
}

async function recordsOf(platform, { dir }) {
  const { code, stdout, stderr } = await up(['logs', '--local', '-C', dir], platform);
  require(code === 0, `up logs ended with ${code}: ${stderr}`);
  const records = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return records.filter(({ message }) => message === 'response').map(({ fields }) => fields);
}
