/**
 * The newcomer's first minutes, in a terminal, on a clean checkout: `git clone`, then what the README says, to a URL that
 * answers; an edit, and a second deploy. Prints how long each took, and holds them to 90 s (npm's cache being warm) and
 * 2 s, longer where the machine is busy with something else: by as much as an empty Node takes longer. `npm run check:newcomer [-- --seconds N]`; needs tmux.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { eventually, processesWith } from './processes.mjs';
import { root } from './project.mjs';
import { openTerminal, requireTmux } from './tmux.mjs';

const [firstSeconds, secondSeconds] = [90, 2];
/** A machine that is busy with something else has a few tries. */
const tries = 5;
/** What `node -e 0` takes where nothing else runs. */
const quietNodeMs = 45;

await runCheck('newcomer', 240, async (check) => {
  await requireTmux();
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'up-newcomer-')));
  check.onEnd(async () => rmSync(dir, { recursive: true, force: true }));
  const terminal = await openTerminal({ cwd: dir, onEnd: check.onEnd });
  const state = join(dir, 'up', '.up', 'local');
  let url;

  await check.case(`from git clone to a URL that answers, in ${firstSeconds} s`, async () => {
    const started = performance.now();
    await terminal.type(`git clone -q file://${root} up && cd up && npm ci && npm start`);
    [, url] = await terminal.shows(/^(?:▲ )?(http:\/\/127\.0\.0\.1:\d+\/)/m, firstSeconds * 1.5);
    expect(await text(url), 'Hello from up\n', 'the answer');
    return within(performance.now() - started, firstSeconds);
  });
  if (url === undefined) return;

  const file = join(dir, 'up', 'examples', 'hello', 'app.js');
  const second = await terminal.window();
  await second.type('cd up && clear');
  await check.case(`a second deploy, after an edit, in ${secondSeconds} s`, async () => {
    const took = [];
    for (let count = 1; count <= tries && !(took.at(-1) < secondSeconds * 1000 * slowness()); count++) {
      writeFileSync(file, readFileSync(file, 'utf8').replace(/Hello from \w+/, `Hello from edit${count}`));
      const started = performance.now();
      await second.type(`npx up --local -C examples/hello; echo "ended ${count} with $?"`);
      const [, code] = await second.shows(new RegExp(`^ended ${count} with (\\d+)`, 'm'), 30);
      took.push(performance.now() - started);
      expect([code, await text(url)], ['0', `Hello from edit${count}\n`], 'exit code and answer');
    }
    return `${within(took.at(-1), secondSeconds)}${took.length > 1 ? `, try ${took.length}` : ''}`;
  });

  await check.case('a third without a change has nothing to deploy', async () => {
    await second.type('npx up --local -C examples/hello');
    await second.shows(/Nothing to deploy: v\d+ has this code and config/, 20);
  });

  await check.case('the logs tell of the requests', async () => {
    await second.type('clear; npx up logs --local -C examples/hello');
    await second.shows(/^\d\d:\d\d:\d\d .*GET +\/ .*200/m, 20);
  });

  await check.case('Ctrl-C ends it, with 130, and leaves nothing running', async () => {
    await terminal.press('C-c');
    await terminal.type('echo "ended with $?"');
    await terminal.shows(/ended with 130/, 20);
    await eventually('the end of every process', () => processesWith({ UP_LOCAL_ENVIRONMENT: state }).length === 0, 10);
  });
});

async function text(url) {
  return (await fetch(url)).text();
}

function within(milliseconds, seconds) {
  const shown = `${(milliseconds / 1000).toFixed(1)} s`;
  const factor = slowness();
  const busy = `an empty Node takes ${factor.toFixed(1)} times as long as on a machine of its own, the load is ${loadavg()[0].toFixed(1)}`;
  require(milliseconds < seconds * 1000 * factor, `took ${shown}, and may take ${seconds} s; ${busy}`);
  return factor > 1.2 ? `${shown}; ${busy}` : shown;
}

function slowness() {
  const taken = Array.from({ length: 5 }, () => {
    const started = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    return performance.now() - started;
  });
  return Math.max(1, taken.sort((a, b) => a - b)[2] / quietNodeMs);
}
