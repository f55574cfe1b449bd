/**
 * Moves a stage under 50 requests per second, `--moves N` times forward by a deploy and N times back by a rollback (2 and more): no
 * request fails, and whatever is sent after the alias has moved is answered by the version it moved to. Then two rollbacks
 * at once, a canary, and a canary that fails while it is watched, under the same requests.
 */
import { writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, require, runCheck } from './check.mjs';
import { startPlatform, temporaryDir, up, upResult } from './project.mjs';

const intervalMs = 20;
const clients = 5;
const requestTimeoutMs = 30_000;

await runCheck(
  'releases',
  1_800,
  async (check) => {
    const platform = await startPlatform(check);
    const gate = await startGate(check, platform.url);
    const dir = temporaryDir(check);
    const env = {
      AWS_ENDPOINT_URL: gate.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: 'us-east-1',
    };
    const stage = {
      run: (args) => up(args, { cwd: dir, env }),
      write: (code, broken) => writeApp(dir, code, broken),
      gate,
    };
    stage.write(0);
    stage.url = await upResult(['deploy'], { cwd: dir, env });
    const traffic = startTraffic(stage.url);
    check.onEnd(() => traffic.stop());

    await check.case(`${check.sizes.moves} updates and ${check.sizes.moves} rollbacks`, () =>
      move(stage, traffic, check.sizes.moves, check.note),
    );
    await check.case('two rollbacks at once end as one of them', () => race(stage, traffic));
    await check.case('a canary gets its share, none after a rollback, and all when it is promoted', () =>
      canary(stage, traffic),
    );
    await check.case('a canary that fails is taken back', () => watched(stage, traffic));
    await traffic.stop();
  },
  { moves: 200 },
);

/** Answers with its code; a broken one answers everything but the probe with 500. */
function writeApp(dir, code, broken = false) {
  writeFileSync(join(dir, 'up.json'), '{"name": "moves"}');
  writeFileSync(
    join(dir, 'app.js'),
    `require('node:http').createServer((req, res) => {
      if (${broken} && req.url !== '/') res.statusCode = 500;
      res.end('${code}');
    }).listen(process.env.PORT);\n`,
  );
}

async function move(stage, traffic, moves, note) {
  const live = [0];
  for (let code = 1; code <= moves; code++) {
    stage.write(code);
    await moveTo(stage, traffic, code, ['deploy', '--no-check']);
    // In turn to what was live before, and to any of those that were.
    const back = code % 2 === 1 ? live.at(-1) : Math.floor(Math.random() * code);
    const words = code % 2 === 1 ? [] : [`v${back + 1}`];
    await moveTo(stage, traffic, back, ['rollback', ...words]);
    live.push(back);
    if (code % 50 === 0) note(`${code} of ${moves}: ${traffic.summary()}`);
  }
  const { failed, answered } = traffic.counts();
  expect(failed.slice(0, 3), [], `${failed.length} requests failed, the first of them`);
  require(answered >= moves * 2, `only ${answered} requests for ${moves * 2} moves`);
  return traffic.summary();
}

/** From the moment at which AWS has said that the alias moved, no request that is sent gets another answer. */
async function moveTo(stage, traffic, code, words) {
  const before = stage.gate.moves();
  const { code: exit, stderr } = await stage.run(words);
  require(exit === 0, `up ${words.join(' ')} ended with ${exit}: ${stderr}`);
  expect(stage.gate.moves(), before + 1, `moves of the alias by up ${words.join(' ')}`);
  await traffic.settle(10);
  const mixed = traffic
    .sentAfter(stage.gate.movedAt())
    .filter(({ body }) => body !== String(code))
    .slice(0, 3);
  expect(mixed, [], `answers of other versions after up ${words.join(' ')}`);
  traffic.forget();
}

async function race(stage, traffic) {
  const tally = { won: 0, lost: 0 };
  for (let round = 0; round < 4; round++) {
    await succeed(stage, ['rollback', 'v3']);
    const ends = await Promise.all(['v1', 'v2'].map((version) => stage.run(['rollback', version])));
    const codes = ends.map(({ code }) => code);
    const others = codes.filter((code) => code !== 0 && code !== 5);
    expect(others, [], `exit codes other than 0 and 5: ${ends.map(({ stderr }) => stderr).join('\n')}`);
    require(codes.includes(0), 'both rollbacks lost');
    // Who begins when the other one has ended wins, too.
    tally.won += codes.filter((code) => code === 0).length;
    tally.lost += codes.filter((code) => code === 5).length;
    // The loser changed nothing: what is live is what one of the winners wanted.
    const winners = ['0', '1'].filter((_, index) => codes[index] === 0);
    traffic.forget();
    await traffic.settle(10);
    // One that was sent before may be answered late.
    const found = [...new Set(traffic.sentAfter(stage.gate.movedAt()).map(({ body }) => body))];
    require(found.length === 1 && winners.includes(found[0]), `live are ${found}, the winners wanted ${winners}`);
  }
  return `${tally.won} won, ${tally.lost} lost`;
}

async function canary(stage, traffic) {
  await succeed(stage, ['rollback', 'v1']);
  stage.write('canary');
  await succeed(stage, ['deploy', '--no-check', '--canary', '25%']);
  traffic.forget();
  await traffic.settle(400);
  const answers = traffic.sentAfter(0);
  const bodies = answers.map(({ body }) => body);
  const share = bodies.filter((body) => body === 'canary').length / bodies.length;
  require(bodies.every((body) => body === 'canary' || body === '0'), `answers of ${[...new Set(bodies)]}`);
  // More than five standard deviations around a quarter of 400.
  require(share > 0.13 && share < 0.37, `its share is ${share}`);
  await moveTo(stage, traffic, 0, ['rollback']);
  await succeed(stage, ['deploy', '--no-check', '--canary', '25%']);
  await moveTo(stage, traffic, 'canary', ['promote']);
  return `${Math.round(share * 100)} % of ${bodies.length}`;
}

async function watched(stage, traffic) {
  stage.write('broken', true);
  traffic.allowFailures(true);
  const { code, stderr } = await stage.run(['deploy', '--no-check', '--canary', '30%', '--watch', '120s']);
  const movedAt = stage.gate.movedAt();
  require(code === 1 && stderr.includes('UP_WATCH_FAILED'), `it ended with ${code}: ${stderr}`);
  await traffic.settle(20);
  const wrong = traffic
    .sentAfter(movedAt)
    .filter(({ body, status }) => body !== 'canary' || status !== 200)
    .slice(0, 3);
  expect(wrong, [], 'answers after the canary was taken back');
  return stderr
    .split('\n')
    .find((line) => line.includes('fails:'))
    ?.trim();
}

async function succeed(stage, words) {
  const { code, stderr } = await stage.run(words);
  require(code === 0, `up ${words.join(' ')} ended with ${code}: ${stderr}`);
}

/**
 * 50 requests per second, by as many clients as answers of a tenth of a second need. They wait for their answers: on a
 * machine that is busy with something else, more would only mean more cold starts.
 */
function startTraffic(url) {
  const agent = new Agent({ keepAlive: true });
  let answers = [];
  const failed = [];
  let answered = 0;
  let slowest = 0;
  let mayFail = false;
  let stopped = false;

  async function client(number) {
    for (let next = performance.now() + number * intervalMs; !stopped; next += clients * intervalMs) {
      await sleep(Math.max(0, next - performance.now()));
      next = Math.max(next, performance.now() - clients * intervalMs);
      const answer = await ask(`${url}pets`, agent);
      answered++;
      slowest = Math.max(slowest, answer.took);
      if (answer.status !== 200 && !mayFail) failed.push(answer);
      answers.push(answer);
    }
  }
  const all = Array.from({ length: clients }, (_, number) => client(number));
  return {
    counts: () => ({ failed, answered }),
    summary: () => `${answered} requests, ${failed.length} failed, the slowest took ${Math.round(slowest)} ms`,
    sentAfter: (time) => answers.filter(({ sent }) => sent > time),
    forget() {
      answers = [];
    },
    allowFailures(may) {
      mayFail = may;
    },
    /** Until so many more requests have been sent and answered. */
    async settle(count) {
      const began = performance.now();
      while (answers.filter(({ sent }) => sent > began).length < count) await sleep(intervalMs);
    },
    async stop() {
      stopped = true;
      await Promise.all(all);
      agent.destroy();
    },
  };
}

/** Never rejects: a request that gets no answer has the status 0. Times are of `performance.now()`. */
function ask(url, agent) {
  const sent = performance.now();
  const end = (status, body) => ({ sent, status, body, took: performance.now() - sent });
  return new Promise((resolve) => {
    const req = request(url, { agent }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      res.once('end', () => resolve(end(res.statusCode, body)));
      res.once('error', (error) => resolve(end(0, error.message)));
    });
    req.setTimeout(requestTimeoutMs, () => req.destroy(new Error('no answer')));
    req.once('error', (error) => resolve(end(0, error.message)));
    req.end();
  });
}

/** Stands between the program and the platform, changes nothing, and knows when an alias was last moved. */
async function startGate(check, target) {
  let moves = 0;
  let movedAt = 0;
  const { hostname, port } = new URL(target);
  const server = createServer((req, res) => {
    const { method, url: path, headers } = req;
    const passed = request({ hostname, port, method, path, headers }, (answer) => {
      if (method === 'PUT' && path.includes('/aliases/') && answer.statusCode === 200) {
        moves++;
        movedAt = performance.now();
      }
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    passed.once('error', () => res.destroy());
    req.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  check.onEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, moves: () => moves, movedAt: () => movedAt };
}
