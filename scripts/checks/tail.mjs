/**
 * Proves that `up logs -f` shows every line once and soon: an app on a local platform prints numbered lines at a steady
 * rate, the tail is ended and started again with its cursor while they come, and every line that it shows is counted.
 *
 *   node scripts/checks/tail.mjs --lines 1000000 --rate 5000 --restarts 3 --seconds 600
 *
 * Ends with `tail: N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { require, runCheck } from './check.mjs';
import { cleanEnvironment, eventually } from './processes.mjs';
import { root, startPlatform, upResult } from './project.mjs';

const program = join(root, 'dist', 'cli', 'main.js');
const mostDelayMs = 1_500;
/** Requests that print, a second. */
const burstsPerSecond = 10;

/** The line tells when it was printed, so that a delay is the whole way from the app to the reader. */
const app = `
import { createServer } from 'node:http';
createServer((req, res) => {
  const [, first, count] = req.url.split('/').map(Number);
  let text = '';
  for (let n = first; n < first + count; n++)
    text += JSON.stringify({ level: 'info', message: 'line', fields: { n, at: Date.now() } }) + '\\n';
  process.stdout.write(text, () => res.end('printed'));
}).listen(Number(process.env.PORT));
`;

await runCheck('tail', 120, checkTail, { lines: 10_000, rate: 600, restarts: 3 });

async function checkTail(check) {
  const { lines, rate, restarts } = check.sizes;
  const platform = await startPlatform(check);
  const dir = makeApp(platform.dir);
  const url = await upResult(['--local', '--no-check', '-C', dir], { env: platform.env });
  const seen = createCount(lines);
  const tails = createTails(check, { dir, env: platform.env, seen });

  await check.case(`${lines} lines come through ${restarts} restarts of the tail`, async () => {
    await tails.start();
    const printing = print(url, lines, rate);
    for (let n = 1; n <= restarts; n++) {
      await printing.until((n * lines) / (restarts + 1));
      await tails.restart();
    }
    await printing.done;
    await eventually('the last line', seen.isComplete, 60);
    await tails.stop();
    const { lost, repeated } = seen.mistakes();
    require(lost === 0 && repeated === 0, `${lost} lost, ${repeated} repeated`);
    return `none lost, none repeated, ${Math.round(printing.rate())} a second`;
  });

  await check.case(`95 of 100 are shown within ${mostDelayMs} ms of being printed`, async () => {
    const { p50, p95, most, all } = seen.delays();
    require(p95 < mostDelayMs, `p95 is ${p95} ms`);
    return `p50 ${p50} ms, p95 ${p95} ms, most ${most} ms; with those printed while no tail ran, p95 ${all} ms`;
  });
}

function makeApp(base) {
  const dir = join(base, 'talker');
  mkdirSync(dir);
  writeFileSync(join(dir, 'app.mjs'), app);
  writeFileSync(join(dir, 'up.json'), JSON.stringify({ name: 'talker', proxy: { command: 'node app.mjs' } }));
  return dir;
}

/** Prints at the rate, request after request. */
function print(url, lines, rate) {
  const count = Math.max(1, Math.round(rate / burstsPerSecond));
  const started = performance.now();
  const waiting = [];
  let printed = 0;
  async function run() {
    while (printed < lines) {
      const burst = Math.min(count, lines - printed);
      const answer = await fetch(`${url}${printed}/${burst}`);
      require((await answer.text()) === 'printed', `the app answered ${answer.status}`);
      printed += burst;
      for (const one of waiting) if (printed >= one.count) one.resolve();
      const due = started + (printed / rate) * 1000;
      if (due > performance.now()) await sleep(due - performance.now());
    }
  }
  return {
    done: run(),
    until: (wanted) =>
      new Promise((resolve) => (printed >= wanted ? resolve() : waiting.push({ count: wanted, resolve }))),
    rate: () => printed / ((performance.now() - started) / 1000),
  };
}

/** How often each line was seen, and how long after it was printed. */
function createCount(lines) {
  const times = new Uint8Array(lines);
  const delays = [];
  const live = [];
  let total = 0;
  const percentile = (sorted, share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    isComplete: () => total >= lines,
    /** `since`: when the tail that shows it was up. */
    add({ n, at }, since) {
      if (times[n]++ === 0) total++;
      const delay = Date.now() - at;
      delays.push(delay);
      if (at >= since) live.push(delay);
    },
    mistakes: () => ({
      lost: times.reduce((sum, count) => sum + (count === 0), 0),
      repeated: times.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    }),
    delays() {
      const [sorted, sortedLive] = [delays, live].map((list) => list.sort((a, b) => a - b));
      const [p50, p95, most] = [0.5, 0.95, 1].map((share) => percentile(sortedLive, share));
      return { p50, p95, most, all: percentile(sorted, 0.95) };
    },
  };
}

function createTails(check, { dir, env, seen }) {
  let tail = null;
  const words = [
    program,
    'logs',
    'message = line',
    '-f',
    '--local',
    '--json',
    '-C',
    dir,
    '--cursor',
    join(dir, 'cursor'),
  ];
  check.onEnd(async () => tail?.end());

  async function open() {
    const child = spawn(process.execPath, words, {
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const reader = createInterface({ input: child.stdout });
    let since = Number.POSITIVE_INFINITY;
    reader.on('line', (line) => {
      since = Math.min(since, Date.now());
      seen.add(JSON.parse(line).fields, since);
    });
    const hasBegun = () => since < Number.POSITIVE_INFINITY;
    const drained = once(reader, 'close');
    return {
      async end() {
        // Before it has begun there is nothing it could lose.
        await eventually('a line from the tail', () => hasBegun() || seen.isComplete(), 30);
        child.kill('SIGTERM');
        const [[code]] = await Promise.all([ended, drained]);
        require(code === 143 || (code === null && !hasBegun()), `the tail ended with ${code}`);
      },
    };
  }

  return {
    async start() {
      tail = await open();
    },
    async restart() {
      await tail.end();
      tail = await open();
    },
    async stop() {
      await tail.end();
      tail = null;
    },
  };
}
