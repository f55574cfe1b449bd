/**
 * Thaws: requests to apps that end idle connections at the very time at which an environment is thawed, with what is kept
 * alive in the proxy as old as the gap. Each request is answered with its own echo, and a POST was handed over once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appsDir, readApp } from './apps.mjs';
import { require } from './check.mjs';
import { localLambda, openEnvironment, packApp, sendEcho } from './lambda.mjs';
import { createLanes } from './lanes.mjs';
import { has, succeed } from './processes.mjs';
import { temporaryDir } from './project.mjs';

const realGapMs = 70_000;
const shortGapMs = { least: 20, most: 500 };
/** What the apps are given for IDLE_MS, one after the other. */
const idleMs = [50, 120, 250, 400];
const parallel = 8;

const script = (file, command = `node ${file}`) => ({ files: readApp(file), command });

const apps = {
  node: script('echo.mjs'),
  'node, unsaid': { ...script('echo.mjs'), variables: { UNSAID: '1' } },
  'node behind sh': script('echo.mjs', 'node echo.mjs; echo the server has ended'),
  'raw socket': script('raw.mjs'),
  'raw socket, kept': { ...script('raw.mjs'), variables: { IDLE_MS: '' } },
  python: { ...script('echo.py', 'python3 echo.py'), needs: 'python3' },
  go: { command: './server', needs: 'go', prepare: compile },
  php: { ...script('echo.php', 'php -S 127.0.0.1:$PORT echo.php'), needs: 'php' },
};

export async function checkThaws(check, { thaws, gaps }) {
  const lambda = await localLambda();
  const packed = await packApps(check);
  const inLane = createLanes(parallel);
  const open = (app, idle) => openLedgered(check, lambda, app, idle);
  // The real gaps first: they are slept through, which leaves the machine to the short ones.
  await Promise.all([
    check.case(`thaws: ${gaps} real gaps of ${realGapMs / 1000} s`, () => thawReally(open, inLane, packed, gaps)),
    ...packed.map((app, index) => {
      const share = portion(thaws, packed.length, index);
      return check.case(`thaws: ${app.name}`, () => thawShortly(open, inLane, app, share));
    }),
  ]);
}

async function packApps(check) {
  const packed = [];
  for (const [name, { files, command, needs, prepare, variables }] of Object.entries(apps)) {
    if (needs && !(await has(needs))) check.skip(`thaws: ${name}`, needs);
    else
      packed.push({
        name,
        variables,
        task: await packApp(check, { name: 'thaws', files, prepare, config: { proxy: { command } } }),
      });
  }
  return packed;
}

async function compile(dir) {
  const env = { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off' };
  await succeed('go', ['build', '-o', join(dir, 'server'), join(appsDir, 'echo.go')], {
    env,
  });
}

/** An environment of its own and the ledger of its app. */
async function openLedgered(check, lambda, { name, task, variables }, idle) {
  const ledger = join(temporaryDir(check), 'ledger');
  const all = { IDLE_MS: String(idle), LEDGER: ledger, ...variables };
  const environment = await openEnvironment(check, lambda, { name: 'thaws', task, variables: all });
  const sent = [];
  const failures = [];
  return {
    failures,
    async ask(round) {
      const method = round % 2 === 0 ? 'GET' : 'POST';
      const path = `/${method.toLowerCase()}/${round}`;
      sent.push(`${method} ${path} ${method === 'POST' ? `body of ${round}` : ''}`);
      try {
        await sendEcho(environment, method, path, method === 'POST' ? `body of ${round}` : '');
      } catch (error) {
        failures.push(`${name}, idle ${idle} ms: ${error.message}`);
      }
      await environment.frozen();
    },
    /** Ends it and looks through what was handed over. */
    close() {
      environment.kill();
      const handed = existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n') : [];
      for (const line of sent) {
        const times = handed.filter((other) => other === line).length;
        // A GET may be sent again where nobody can know whether it arrived.
        if (times === 0 || (times > 1 && line.startsWith('POST')))
          failures.push(`${name}: ${line} handed over ${times} times`);
      }
    },
  };
}

async function thawShortly(open, inLane, app, thaws) {
  const stints = await Promise.all(
    idleMs.map((idle, index) => inLane(() => stint(open, app, idle, portion(thaws, idleMs.length, index)))),
  );
  return verdict(stints.flat(), `${thaws} of them`);
}

async function stint(open, app, idle, thaws) {
  const opened = await open(app, idle);
  await opened.ask(0);
  for (let round = 1; round <= thaws; round++) {
    await sleep(shortGapMs.least + Math.random() * (shortGapMs.most - shortGapMs.least));
    await opened.ask(round);
  }
  opened.close();
  return opened.failures;
}

/** As many environments as gaps, asleep at the same time. */
async function thawReally(open, inLane, packed, gaps) {
  const asleep = await Promise.all(
    Array.from({ length: gaps }, (_, index) =>
      inLane(async () => {
        const app = packed[index % packed.length];
        const opened = await open(app, idleMs[index % idleMs.length]);
        await opened.ask(0);
        await opened.ask(1);
        return { opened, since: performance.now() };
      }),
    ),
  );
  const failures = await Promise.all(
    asleep.map(async ({ opened, since }, index) => {
      await sleep(since + realGapMs - performance.now());
      // One half is woken by a GET, the other by a POST.
      await opened.ask(2 + (index % 2));
      await opened.ask(4);
      await opened.ask(5);
      opened.close();
      return opened.failures;
    }),
  );
  return verdict(failures.flat(), `${gaps} of them`);
}

function verdict(failures, said) {
  require(failures.length === 0, `${failures.length} failed\n${failures.slice(0, 20).join('\n')}`);
  return said;
}

/** The part of `total` that falls to one of `count`. */
function portion(total, count, index) {
  return Math.floor((total * (index + 1)) / count) - Math.floor((total * index) / count);
}
