/**
 * Proves that a package runs under both clients of Lambda's Runtime API: AWS's own (npm `aws-lambda-ric`, under Node 24)
 * with `_up/handler.handler`, and ours, `_up/bootstrap`, under Node 20 and Node 24. The package is that of
 * examples/hello; the other side is a Runtime API of this file.
 *
 * Installs aws-lambda-ric, a native build, into .up/checks/ric.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { expect, require, runCheck } from './check.mjs';
import { bodyOf, httpEvent } from './event.mjs';
import {
  childrenOf,
  cleanEnvironment,
  commandOf,
  eventually,
  has,
  isDead,
  nodeOf,
  processesWith,
  start,
  succeed,
} from './processes.mjs';
import { cacheDir, copyExample, requireBuild, temporaryDir, upResult } from './project.mjs';

await runCheck('ric', 420, async (check) => {
  const task = await buildPackage(check);
  const node24 = await nodeOf(24);
  const missing = await missingTool();
  if (missing) check.skip("AWS's client", missing);
  else {
    const client = await installRic(check);
    await serve(check, "AWS's client, Node 24", task, [node24, client]);
  }
  const bootstrap = join(task, '_up', 'bootstrap');
  await serve(check, '_up/bootstrap, Node 20', task, [bootstrap, await nodeOf(20)]);
  await serve(check, '_up/bootstrap, Node 24', task, [bootstrap, node24]);
});

/** The unzipped package of examples/hello, as Lambda has it under /var/task. */
async function buildPackage(check) {
  await requireBuild();
  const dir = temporaryDir(check);
  const zip = join(dir, 'hello.zip');
  await upResult(['build', '-C', copyExample(check, 'hello'), '-o', zip]);
  await unzip(zip, join(dir, 'task'));
  return join(dir, 'task');
}

/** With the modes of the files: `_up/bootstrap` has to be executable. */
async function unzip(file, dir) {
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const target = join(dir, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    const mode = entry.externalFileAttributes >>> 16;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
  }
}

/** What the native build of AWS's client takes. */
async function missingTool() {
  for (const tool of ['cmake', 'make', 'g++', 'python3', 'xz', 'tar']) if (!(await has(tool))) return tool;
  return null;
}

async function installRic(check) {
  const dir = cacheDir('ric');
  const client = join(dir, 'node_modules', 'aws-lambda-ric', 'index.mjs');
  if (existsSync(join(dir, 'installed'))) return client;
  check.note('installing aws-lambda-ric@4, a native build of about a minute');
  // Newer npms run the build scripts of named packages only.
  writeFileSync(join(dir, 'package.json'), '{ "private": true, "allowScripts": { "aws-lambda-ric": true } }');
  await succeed('npm', ['install', '--no-audit', '--no-fund', 'aws-lambda-ric@4'], { cwd: dir, seconds: 300 });
  writeFileSync(join(dir, 'installed'), '');
  return client;
}

/** The Runtime API: hands out events one at a time and resolves with what the runtime says of each. */
async function runtimeApi() {
  const waiting = [];
  const verdicts = new Map();
  let hungry = null;
  let initError = null;
  const server = createServer(async (req, res) => {
    if (req.url.endsWith('/invocation/next')) {
      hungry = res;
      return deliver();
    }
    const [, id, verdict] = /\/invocation\/([^/]+)\/(response|error)$/.exec(req.url) ?? [];
    const body = await text(req);
    res.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (verdict) verdicts.get(id)?.({ id, verdict, body });
    else initError = body;
  });
  const deliver = () => {
    if (hungry === null || waiting.length === 0) return;
    const { id, event } = waiting.shift();
    const headers = { 'Lambda-Runtime-Aws-Request-Id': id, 'Lambda-Runtime-Deadline-Ms': Date.now() + 30_000 };
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:hello:1';
    hungry.writeHead(200, {
      ...headers,
      'Lambda-Runtime-Invoked-Function-Arn': arn,
      'content-type': 'application/json',
    });
    hungry.end(JSON.stringify(event));
    hungry = null;
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${server.address().port}`,
    initialized: () => hungry !== null || initError !== null,
    initError: () => initError,
    close: () => server.close().closeAllConnections(),
    invoke: (event) =>
      new Promise((resolve) => {
        const id = randomUUID();
        verdicts.set(id, resolve);
        waiting.push({ id, event });
        deliver();
      }),
  };
}

/** A runtime process with the variables of the managed runtime. */
function startRuntime(task, [file, ...args], api, mark) {
  const { PATH } = cleanEnvironment();
  return start(file, args, {
    cwd: task,
    env: {
      PATH,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: '_up/handler.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_NAME: 'hello',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/hello',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[1]0123456789abcdef',
      AWS_LAMBDA_RUNTIME_API: api.endpoint,
      AWS_REGION: 'us-east-1',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LAMBDA_TASK_ROOT: task,
      UP_STAGE: 'staging',
      UP_CHECK: mark,
    },
  });
}

/** All cases of one runtime. */
async function serve(check, name, task, command) {
  const api = await runtimeApi();
  const mark = randomUUID();
  const runtime = startRuntime(task, command, api, mark);
  const title = (what) => `${name}: ${what}`;

  async function invoke(event) {
    const outcome = await Promise.race([
      api.invoke(event),
      runtime.exited.then((code) => Promise.reject(new Error(`the runtime ended with ${code}\n${runtime.stderr}`))),
      eventually('an answer', () => false, 20),
    ]);
    require(outcome.verdict === 'response', `the runtime reported an error: ${outcome.body}`);
    return { id: outcome.id, ...JSON.parse(outcome.body) };
  }

  /** The record that the proxy wrote of an invocation. */
  const record = (id) =>
    eventually(`the response record of ${id}`, () =>
      runtime.stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
        .find(({ message, fields }) => message === 'response' && fields.request_id === id),
    );

  await check.case(title('init'), async () => {
    await eventually('the first next', () => api.initialized() || runtime.child.exitCode !== null, 20);
    require(api.initError() === null, `init error: ${api.initError()}`);
    require(runtime.child.exitCode === null, `it ended with ${runtime.child.exitCode}: ${runtime.stderr}`);
  });

  await check.case(title('GET / is 200 with body, headers and a cold record'), async () => {
    const result = await invoke(httpEvent('GET', '/'));
    expect(result.statusCode, 200, 'status');
    expect(bodyOf(result).toString(), 'Hello from up\n', 'body');
    expect(result.headers['content-type'], 'text/plain; charset=utf-8', 'content-type');
    const { fields } = await record(result.id);
    const { app, stage, version, method, path, status, cold } = fields;
    const wanted = { app: 'hello', stage: 'staging', version: '1', method: 'GET', path: '/', status: 200, cold: true };
    expect({ app, stage, version, method, path, status, cold }, wanted, 'record');
  });

  await check.case(title('POST body comes back, record not cold'), async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-request-id': 'forged' };
    const result = await invoke(httpEvent('POST', '/echo', { headers, body: 'grüße ✓', query: 'a=1&b=%20' }));
    expect(result.statusCode, 200, 'status');
    const echo = JSON.parse(bodyOf(result));
    expect([echo.method, echo.url, echo.body], ['POST', '/echo?a=1&b=%20', 'grüße ✓'], 'echo');
    expect(echo.headers['content-length'], String(Buffer.byteLength('grüße ✓')), 'content-length');
    require(echo.headers['x-request-id'] !== 'forged', 'a forged x-request-id reached the app');
    expect((await record(result.id)).fields.cold, false, 'cold');
  });

  await check.case(title('base64 body arrives as bytes'), async () => {
    const text = `${'€'.repeat(1000)}\u0000end`;
    const echo = JSON.parse(bodyOf(await invoke(httpEvent('POST', '/echo', { body: text, base64: true }))));
    expect(echo.body, text, 'body');
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const binary = JSON.parse(bodyOf(await invoke(httpEvent('PUT', '/echo', { body: bytes, base64: true }))));
    expect(binary.headers['content-length'], '256', 'length of 256 bytes of every value');
  });

  await check.case(title('20 invocations in a row'), async () => {
    for (let i = 0; i < 20; i++) {
      const result = await invoke(httpEvent('POST', `/echo/${i}`, { body: `body ${i}` }));
      expect([result.statusCode, JSON.parse(bodyOf(result)).body], [200, `body ${i}`], `invocation ${i}`);
    }
  });

  const appOf = () => childrenOf(runtime.pid).find((pid) => commandOf(pid).includes('app.js'));

  await check.case(title('app killed at the moment of a GET: 200'), async () => {
    process.kill(await eventually('the app', appOf), 'SIGKILL');
    expect((await invoke(httpEvent('GET', '/echo'))).statusCode, 200, 'status');
  });

  await check.case(title('app killed between invocations: POST is 200'), async () => {
    const app = await eventually('the app', appOf);
    process.kill(app, 'SIGKILL');
    // A request that reaches a dying process may have been handled and is not sent twice: it has to be gone.
    await eventually('its end', () => isDead(app));
    const result = await invoke(httpEvent('POST', '/echo', { body: 'again' }));
    expect([result.statusCode, JSON.parse(bodyOf(result)).body], [200, 'again'], 'answer');
    require((await eventually('the next app', appOf)) !== app, 'the same process');
  });

  await check.case(title('SIGTERM ends the app within the 500 ms Lambda grants'), async () => {
    require(await eventually('the app', appOf), 'no app');
    process.kill(runtime.pid, 'SIGTERM');
    await eventually('the end of the app', () => marked(mark).every((pid) => pid === runtime.pid), 0.5);
  });

  await check.case(title('and the runtime itself'), async () => {
    const code = await Promise.race([runtime.exited, eventually('its exit', () => false, 2)]);
    require(marked(mark).length === 0, `left behind: ${marked(mark).map((pid) => commandOf(pid).join(' '))}`);
    return `exit ${code}`;
  });
  api.close();
}

/** The processes of one runtime that still run. */
function marked(mark) {
  return processesWith({ UP_CHECK: mark }).filter((pid) => !isDead(pid));
}
