/**
 * Kills the app with SIGKILL, `--kills N` times, and asks again at once: each next request is answered, within the time
 * in which such an app boots and 50 ms. Killed is the server, the shell before it, or the whole process group; while
 * frozen, while awake between two requests, again in the boot that follows, also with a request waiting for it, and in the
 * middle of a request. In the end there is nothing left of it: no zombie, no process of an earlier run, no descriptor.
 *
 * Stops before its budget is spent and says how many kills there were.
 */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readApp } from './apps.mjs';
import { expect, require, runCheck, Skip } from './check.mjs';
import { localLambda, openEnvironment, packApp, sendEcho } from './lambda.mjs';
import {
  childrenOf,
  cleanEnvironment,
  commandOf,
  descriptorsOf,
  eventually,
  freePort,
  isDead,
  start,
  stateOf,
  variableOf,
} from './processes.mjs';

const allowedMs = 50;
/** On a machine that is busy with something else a few boots take longer than those that were measured; the median holds. */
const lateShare = 0.05;
const lateFactor = 3;
const moments = ['frozen', 'awake', 'in its boot', 'waited for', 'during a GET', 'during a POST'];
/** A GET that was killed under, or waited for the boot, has taken the time itself. */
const waitedThemselves = ['waited for', 'during a GET'];
const killsPerBoot = 4;
/** What the last looks take of the budget. */
const endSeconds = 8;

const shapes = {
  'one process': { command: 'node kills.mjs', victims: ['server', 'group'] },
  'behind sh': {
    command: 'node kills.mjs; echo the server has ended',
    victims: ['server', 'shell', 'group of the shell'],
  },
};

/** Kills a process of the environment, which is frozen before and after. */
const killAt = {
  async frozen(environment, victim) {
    await killNow(environment, victim);
  },
  async awake(environment, victim) {
    wake(environment);
    await killRun(environment, victim);
    await sleep(Math.random() * 200);
  },
  async 'in its boot'(environment, victim) {
    wake(environment);
    await killRun(environment, victim);
    await eventually('the next run', () => find(environment, victim));
    await killRun(environment, victim);
  },
  async 'waited for'(environment, victim, round) {
    await killNow(environment, victim);
    const kill = async () => {
      await eventually('the next run', () => find(environment, victim));
      await killNow(environment, victim);
    };
    await Promise.all([sendEcho(environment, 'GET', `/waits/${round}`), kill()]);
    await environment.frozen();
  },
  async 'during a GET'(environment, victim, round) {
    const { status, text } = await sendAndKill(environment, victim, 'GET', `/slow/${round}`);
    expect([status, text], [200, `GET /slow/${round} `], 'the request that was killed under');
  },
  async 'during a POST'(environment, victim, round) {
    const { status, text } = await sendAndKill(environment, victim, 'POST', `/slow/${round}`);
    require(status === 200 || status === 502, `the request that was killed under got ${status}: ${text}`);
  },
};

await runCheck(
  'kills',
  300,
  async (check) => {
    if (!existsSync('/proc/self/stat')) throw new Skip('/proc');
    const until = performance.now() + (check.seconds - endSeconds) * 1000;
    const lambda = await localLambda();
    const share = Math.ceil(check.sizes.kills / Object.keys(shapes).length);
    await Promise.all(
      Object.entries(shapes).map(([name, shape]) => checkShape(check, lambda, { name, ...shape }, share, until)),
    );
  },
  { kills: 1_000 },
);

async function checkShape(check, lambda, shape, kills, until) {
  const config = { proxy: { command: shape.command } };
  const task = await packApp(check, { name: 'kills', files: readApp('kills.mjs'), config });
  const environment = await openEnvironment(check, lambda, { name: 'kills', task });
  const boots = [];
  const answers = [];
  let before = 0;

  await check.case(`${shape.name}: killed, and the next request answered`, async () => {
    await sendEcho(environment, 'GET', '/first');
    await environment.frozen();
    await sendEcho(environment, 'POST', '/second', 'body');
    await environment.frozen();
    before = descriptorsOf(environment.pid);
    for (let round = 0; round < kills && performance.now() < until; round++) {
      if (round % killsPerBoot === 0) boots.push(await bootOf(task, shape.command));
      answers.push(await killAndAsk(environment, shape, round));
    }
    return `${answers.length} of ${kills} kills`;
  });
  await check.case(`${shape.name}: within the time of a boot and ${allowedMs} ms`, async () =>
    inTime(
      boots,
      answers.flatMap(({ milliseconds, booted }) => (booted ? milliseconds : [])),
    ),
  );
  await check.case(`${shape.name}: leaves no zombie, no process of an earlier run, no descriptor`, async () =>
    nothingLeft(environment, before),
  );
  await check.case(`${shape.name}: leaves no process when the environment ends`, async () => {
    environment.kill();
    await eventually('the end of all processes', () => environment.processes().length === 0);
  });
}

/** Milliseconds in which the command listens when nobody but this check has started it. */
async function bootOf(task, command) {
  const port = await freePort();
  const since = performance.now();
  const env = { ...cleanEnvironment(), PORT: String(port) };
  const app = start('/bin/sh', ['-c', `exec ${command.split(';')[0]}`], { cwd: task, env });
  while (!(await accepts(port))) await sleep(2);
  const milliseconds = performance.now() - since;
  for (const pid of [...childrenOf(app.pid), app.pid]) process.kill(pid, 'SIGKILL');
  await app.exited;
  return milliseconds;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Resolves with the milliseconds of the next request, and whether it had to wait for a boot. */
async function killAndAsk(environment, shape, round) {
  const victim = shape.victims[round % shape.victims.length];
  // Each victim meets each moment.
  const moment = moments[Math.floor(round / shape.victims.length) % moments.length];
  try {
    await killAt[moment](environment, victim, round);
    const method = round % 2 === 0 ? 'GET' : 'POST';
    const milliseconds = await sendEcho(
      environment,
      method,
      `/next/${round}`,
      method === 'POST' ? `body ${round}` : '',
    );
    await environment.frozen();
    return { milliseconds, booted: !waitedThemselves.includes(moment) };
  } catch (error) {
    throw new Error(`kill ${round}, ${victim}, ${moment}: ${error.message}\n${environment.log()}`);
  }
}

async function sendAndKill(environment, victim, method, path) {
  const kill = async () => {
    await sleep(10 + Math.random() * 60);
    await killNow(environment, victim);
  };
  const [answer] = await Promise.all([environment.send(method, path, method === 'POST' ? 'body' : undefined), kill()]);
  await environment.frozen();
  return answer;
}

function wake(environment) {
  for (const pid of environment.processes()) process.kill(pid, 'SIGCONT');
}

/** Ends when the victim has: whatever is sent to a process that is dying shares its fate. */
async function killNow(environment, victim) {
  const pid = find(environment, victim);
  require(pid, `no ${victim} among ${environment.processes().map((one) => commandOf(one).join(' '))}`);
  process.kill(victim.startsWith('group') ? -pid : pid, 'SIGKILL');
  await eventually('the end of the victim', () => isDead(pid));
  return pid;
}

/** Ends when the proxy, which is awake, has ended the rest of that run: a request in the same millisecond shares its fate. */
async function killRun(environment, victim) {
  const run = variableOf(find(environment, victim), 'UP_RUN');
  await killNow(environment, victim);
  const isLeft = (pid) => variableOf(pid, 'UP_RUN') === run;
  await eventually('the end of its run', () => !environment.processes().some(isLeft));
}

/** The process id of the victim; a group is known by its leader. */
function find(environment, victim) {
  const processes = environment.processes().filter((pid) => pid !== environment.pid);
  const shell = processes.find((pid) => commandOf(pid)[0] === '/bin/sh');
  const server = processes.find((pid) => commandOf(pid).at(-1) === 'kills.mjs' && pid !== shell);
  return { shell, server, group: server, 'group of the shell': shell }[victim];
}

function inTime(boots, answers) {
  const limit = percentile(boots, 95) + allowedMs;
  const late = answers.filter((milliseconds) => milliseconds > limit).length;
  const said = `${distribution('boots', boots)}\n${distribution('answers', answers)}\n${late} later than ${Math.round(limit)} ms`;
  require(answers.length > 0, 'no kills');
  require(percentile(answers, 50) <= percentile(boots, 50) + allowedMs, said);
  require(late <= Math.max(1, answers.length * lateShare), said);
  require(Math.max(...answers) <= limit * lateFactor, said);
  return said.replaceAll('\n', '; ');
}

function distribution(what, values) {
  const [half, most, nearlyAll, all] = [50, 95, 99, 100].map((share) => Math.round(percentile(values, share)));
  return `${values.length} ${what}: p50 ${half} ms, p95 ${most} ms, p99 ${nearlyAll} ms, max ${all} ms`;
}

function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)] ?? 0;
}

async function nothingLeft(environment, before) {
  await environment.frozen();
  const zombies = childrenOf(environment.pid).filter((pid) => stateOf(pid) === 'Z');
  expect(zombies, [], 'zombies');
  const runs = new Map(environment.processes().map((pid) => [variableOf(pid, 'UP_RUN') ?? 'none', pid]));
  runs.delete('none');
  expect(runs.size, 1, `runs with living processes, ${[...runs.keys()]}`);
  const after = descriptorsOf(environment.pid);
  require(Math.abs(after - before) <= 2, `descriptors of the proxy: ${before}, then ${after}`);
  return `${before} descriptors, then ${after}`;
}
