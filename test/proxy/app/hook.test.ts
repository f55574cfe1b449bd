/** What the hook in a Node app tells, of real apps behind a real keeper. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeFiles } from '../../support/sandbox.ts';
import { bytesOf, nodeApp, type Relayed, relayApp, request, shellApp, until } from '../apps.ts';

/** An app that works on after its answers, and what it has noted on disk. */
function workingApp(options: { readonly seconds?: number; readonly shell?: boolean } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'up-work-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const notes = join(dir, 'notes');
  writeFileSync(notes, '');
  const app = options.shell ? shellApp('node work.mjs; true') : nodeApp('work.mjs');
  const { seconds = 0 } = options;
  const relayed = relayApp({ app, seconds, env: { NOTES: notes } });
  return { ...relayed, notes: () => readFileSync(notes, 'utf8') };
}

/** How long the environment stays awake after an answer, in milliseconds. */
async function awakeAfter({ handler, background }: Relayed, target: string, bound = 5_000): Promise<number> {
  await handler(request(target));
  // A host posts the answer first, which takes a turn or two: long enough for what was told before it.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const started = performance.now();
  await background.done(bound);
  return performance.now() - started;
}

function warnings({ records }: Relayed) {
  return records.filter(({ level }) => level === 'warn').map(({ message, fields }) => ({ message, ...fields }));
}

describe('a promise handed to waitUntil', () => {
  test('keeps the environment awake until it is settled, and its effect is there', async () => {
    const app = workingApp();
    expect(await awakeAfter(app, '/hand-over?ms=300')).toBeGreaterThan(150);
    expect(app.notes()).toBe('handed over\n');
  });

  test('does not hold up the answer', async () => {
    const { handler, notes } = workingApp();
    await handler(request('/nothing'));
    const res = await handler(request('/hand-over?ms=2000'));
    expect([res.status, notes()]).toEqual([200, '']);
  });

  test('that takes too long is named by its place in the app', async () => {
    const app = workingApp();
    await awakeAfter(app, '/hand-over?ms=60000', 100);
    expect(warnings(app)).toMatchObject([{ message: 'background work cut off', places: ['work.mjs:15'] }]);
  });

  test('that fails is told in the log, and holds nothing', async () => {
    const app = workingApp();
    expect(await awakeAfter(app, '/fail')).toBeLessThan(1_000);
    await until('the error', () => app.messages().some((message) => message.includes('the mail server is down')));
  });
});

/** A project of these files on disk. */
function projectOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-hooked-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFiles(dir, files);
  return dir;
}

/** As pnpm lays packages out: https://pnpm.io/symlinked-node-modules-structure */
test('a package behind a link finds its own packages, as without the hook', async () => {
  const store = 'node_modules/.pnpm/tea@1.0.0/node_modules';
  const dir = projectOf({
    [`${store}/tea/index.js`]: "module.exports = require('water');",
    [`${store}/water/index.js`]: "module.exports = 'tea';",
    'app.js': `
      const tea = require('tea');
      require('node:http').createServer((_req, res) => res.end(tea)).listen(process.env.PORT);`,
  });
  symlinkSync('.pnpm/tea@1.0.0/node_modules/tea', join(dir, 'node_modules/tea'));
  const { handler } = relayApp({ app: nodeApp('app.js'), dir });
  expect(bytesOf(await handler(request('/'))).toString()).toBe('tea');
});

describe('an app that has taken Error apart is none of the hook’s business', () => {
  test.each([
    ['stacks are lists', 'Error.prepareStackTrace = (_error, calls) => calls;'],
    ['stacks are made of errors alone', 'Error.prepareStackTrace = (error) => error.message.trim();'],
    ['it is frozen', 'Object.freeze(Error);'],
    ['its limit is fixed', "Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false });"],
    ['it takes no stacks', 'delete Error.captureStackTrace;'],
  ])('%s', async (_title, code) => {
    const app = `
      ${code}
      const waitUntil = globalThis[Symbol.for('up.waitUntil')];
      require('node:http').createServer((_req, res) => {
        setInterval(() => {}, 60_000);
        waitUntil(Promise.resolve());
        res.end('answered');
      }).listen(process.env.PORT);`;
    const { handler, runs } = relayApp({ app: nodeApp('app.js'), dir: projectOf({ 'app.js': app }) });
    for (let count = 0; count < 3; count++) expect(bytesOf(await handler(request('/'))).toString()).toBe('answered');
    expect(runs).toHaveLength(1);
  });
});

test('an app that takes the hook’s descriptor for a file of its own finds nothing in it but its own', async () => {
  const dir = projectOf({
    'app.js': `
      const { closeSync, openSync, readFileSync, writeSync } = require('node:fs');
      closeSync(3);
      writeSync(openSync('own.txt', 'w'), 'mine');
      require('node:http').createServer((_req, res) => {
        setInterval(() => {}, 60_000);
        res.end(readFileSync('own.txt'));
      }).listen(process.env.PORT);`,
  });
  const { handler } = relayApp({ app: nodeApp('app.js'), dir });
  for (let count = 0; count < 3; count++) expect(bytesOf(await handler(request('/'))).toString()).toBe('mine');
});

describe('x-up-wait-until', () => {
  test('keeps the environment awake for so many seconds, for an app of any kind', async () => {
    const app = workingApp({ shell: true });
    expect(await awakeAfter(app, '/ask?seconds=0.2')).toBeGreaterThan(100);
  });

  test('is for the proxy, not for the client', async () => {
    const { handler } = workingApp();
    const { headers } = await handler(request('/ask?seconds=1'));
    expect(headers.map(([name]) => name)).not.toContain('x-up-wait-until');
  });

  test.each(['0', '-1', 'soon', ''])('of "%s" asks for nothing', async (seconds) => {
    expect(await awakeAfter(workingApp(), `/ask?seconds=${seconds}`)).toBeLessThan(50);
  });
});

describe('proxy.background', () => {
  test('keeps the environment awake until the app is quiet', async () => {
    const app = workingApp({ seconds: 20 });
    await awakeAfter(app, '/nothing');
    expect(await awakeAfter(app, '/quietly?ms=300', 20_000)).toBeGreaterThan(150);
    expect(app.notes()).toBe('quietly\n');
  });

  test('costs next to nothing after an answer that leaves nothing to do', async () => {
    const app = workingApp({ seconds: 20 });
    await awakeAfter(app, '/nothing');
    expect(await awakeAfter(app, '/nothing', 20_000)).toBeLessThan(500);
  });

  test('costs next to nothing where the app says its first word in a request', async () => {
    const app = `
      require('node:http').createServer((_req, res) => {
        console.log('a request');
        console.error('and another word');
        res.end('answered');
      }).listen(process.env.PORT);`;
    const kept = relayApp({ app: nodeApp('app.js'), dir: projectOf({ 'app.js': app }), seconds: 20 });
    expect(await awakeAfter(kept, '/', 20_000)).toBeLessThan(500);
  });

  test('ends after its seconds', async () => {
    const app = workingApp({ seconds: 0.2 });
    expect(await awakeAfter(app, '/quietly?ms=60000')).toBeLessThan(2_000);
  });
});

describe('timers that are pending when the answer is out', () => {
  test.each([
    ['/timer', 'setTimeout', 18],
    ['/interval', 'setInterval', 19],
    ['/sleep', 'setTimeout', 20],
  ])('are told of, with their place: %s', async (path, timer, line) => {
    const app = workingApp();
    await app.handler(request(`${path}?ms=60000`));
    await until('the warning', () => warnings(app).length > 0);
    expect(warnings(app)).toEqual([
      { message: 'timer pending at freeze', timer, delay: 60_000, place: `work.mjs:${line}` },
    ]);
  });

  test('of a package are told of by their place in it, each of them', async () => {
    const dir = projectOf({
      'node_modules/kettle/index.js': `
        exports.boil = async () => { await null; setTimeout(() => {}, 60_000); };
        exports.keepWarm = async () => { await null; setInterval(() => {}, 60_000); };`,
      'app.js': `
        const { boil, keepWarm } = require('kettle');
        require('node:http').createServer((_req, res) => {
          boil();
          keepWarm();
          setImmediate(() => res.end('answered'));
        }).listen(process.env.PORT);`,
    });
    const app = relayApp({ app: nodeApp('app.js'), dir });
    await app.handler(request('/'));
    await until('both', () => warnings(app).length >= 2);
    const place = (line: number) => `node_modules/kettle/index.js:${line}`;
    expect(warnings(app).map((warning) => 'place' in warning && warning.place)).toEqual([place(2), place(3)]);
  });

  test('are told of once the work that was handed over is done', async () => {
    const app = `
      const waitUntil = globalThis[Symbol.for('up.waitUntil')];
      require('node:http').createServer((_req, res) => {
        setInterval(() => {}, 60_000);
        waitUntil(new Promise((resolve) => setTimeout(resolve, 50)));
        res.end('answered');
      }).listen(process.env.PORT);`;
    const relayed = relayApp({ app: nodeApp('app.js'), dir: projectOf({ 'app.js': app }) });
    await relayed.handler(request('/'));
    await until('the warning', () => warnings(relayed).length > 0);
    expect(warnings(relayed)).toMatchObject([{ timer: 'setInterval', place: 'app.js:4' }]);
  });

  test('are not those of a request that is still in flight', async () => {
    const app = `
      const waitUntil = globalThis[Symbol.for('up.waitUntil')];
      let release;
      require('node:http').createServer(({ url }, res) => {
        if (url === '/slow') {
          const timer = setTimeout(() => {}, 60_000);
          release = () => { clearTimeout(timer); setInterval(() => {}, 60_000); res.end(); };
          return;
        }
        if (url === '/work') waitUntil(Promise.resolve());
        if (url === '/release') release();
        res.end(String(release !== undefined));
      }).listen(process.env.PORT);`;
    const relayed = relayApp({ app: nodeApp('app.js'), dir: projectOf({ 'app.js': app }) });
    const ask = async (path: string) => bytesOf(await relayed.handler(request(path))).toString();
    const slow = ask('/slow');
    await until('the request', async () => (await ask('/')) === 'true');
    await ask('/work');
    await ask('/release');
    await slow;
    await until('the warning', () => warnings(relayed).length > 0);
    expect(warnings(relayed)).toMatchObject([{ timer: 'setInterval' }]);
  });

  test('are told of once for each place', async () => {
    const app = workingApp();
    for (const path of ['/timer', '/timer', '/interval', '/timer']) await app.handler(request(`${path}?ms=60000`));
    await until('both', () => warnings(app).length >= 2);
    await app.handler(request('/nothing'));
    expect(warnings(app)).toHaveLength(2);
  });

  test.each(['/cleared?ms=60000', '/unref?ms=60000', '/timer?ms=0'])('are none: %s', async (target) => {
    const app = workingApp();
    await app.handler(request(target));
    // What is told of next would come after it.
    await app.handler(request('/interval?ms=60000'));
    await until('the next', () => warnings(app).length > 0);
    expect(warnings(app)).toMatchObject([{ timer: 'setInterval' }]);
  });

  test('are nobody’s loss under proxy.background', async () => {
    const app = workingApp({ seconds: 0.1 });
    await awakeAfter(app, '/timer?ms=60000');
    expect(warnings(app)).toEqual([]);
  });
});
