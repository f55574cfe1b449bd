/**
 * Proves that a package runs under both clients of Lambda's Runtime API: AWS's own (npm `aws-lambda-ric`, under Node 24)
 * with `_up/handler.handler`, and ours, `_up/bootstrap`, under Node 20 and Node 24. The package is that of
 * examples/hello; the other side is a Runtime API of this file. AWS's client is held to the suite of all hosts as well,
 * test/conformance, which ours passes in `npm test`.
 *
 * Installs aws-lambda-ric, a native build, into .up/checks/ric.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { bodyOf, httpEvent } from './event.mjs';
import { cleanEnvironment, commandOf, eventually, isDead, nodeOf, run } from './processes.mjs';
import { copyExample, requireBuild, root, temporaryDir, upResult } from './project.mjs';
import { installRic, marked, missingTool, runtimeApi, startRuntime, unzip } from './runtime.mjs';

await runCheck('ric', 420, async (check) => {
  const task = await buildPackage(check);
  const node24 = await nodeOf(24);
  const missing = await missingTool();
  if (missing) check.skip("AWS's client", missing);
  else {
    const client = await installRic(check);
    await serve(check, "AWS's client, Node 24", task, [node24, client]);
    await serveStreams(check, "AWS's client, Node 24", await buildStreaming(check), [node24, client]);
    await serveThreads(check, "AWS's client, Node 24", task, [node24, client]);
    await conform(check, "AWS's client, Node 24", node24, client);
  }
  const bootstrap = join(task, '_up', 'bootstrap');
  await serve(check, '_up/bootstrap, Node 20', task, [bootstrap, await nodeOf(20)]);
  await serve(check, '_up/bootstrap, Node 24', task, [bootstrap, node24]);
  const streaming = await buildStreaming(check);
  await serveStreams(check, '_up/bootstrap, Node 24', streaming, [join(streaming, '_up', 'bootstrap'), node24]);
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

  const appOf = () => marked(mark).find((pid) => commandOf(pid).includes('app.js'));

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

/**
 * A Managed Instance: AWS's client loads the handler in each of its worker threads. Its native client crashes with more
 * than one of them, the one by node:http does not.
 */
async function serveThreads(check, name, task, command) {
  const api = await runtimeApi();
  const mark = randomUUID();
  const workers = 3;
  const runtime = startRuntime(task, command, api, mark, {
    AWS_LAMBDA_MAX_CONCURRENCY: '12',
    AWS_LAMBDA_NODEJS_WORKER_COUNT: String(workers),
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
  });
  const title = (what) => `${name}, ${workers} threads: ${what}`;

  await check.case(title('each asks for invocations'), async () => {
    await eventually('their nexts', () => api.waiting() >= workers, 20);
  });

  await check.case(title('24 invocations at the same time have an answer each, of one app'), async () => {
    const posted = Array.from({ length: 24 }, (_, n) => `body ${n}`);
    const outcomes = await Promise.race([
      Promise.all(posted.map((body) => api.invoke(httpEvent('POST', '/echo', { body })))),
      eventually('the answers', () => false, 20),
    ]);
    const answered = outcomes.map(({ body }) => JSON.parse(bodyOf(JSON.parse(body))).body);
    expect(answered, posted, 'bodies');
    const apps = marked(mark).filter((pid) => commandOf(pid).includes('app.js'));
    expect(apps.length, 1, 'processes of the app');
  });

  process.kill(runtime.pid, 'SIGKILL');
  for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
  api.close();
}

function streamingApp() {
  return `
  import { createServer } from 'node:http';
  createServer((req, res) => {
    if (req.url === '/empty') return res.writeHead(204).end();
    res.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] });
    res.write('begin ');
    if (req.url === '/crash') return setTimeout(() => process.exit(1), 50);
    setTimeout(() => res.end('end'), 50);
  }).listen(process.env.PORT);`;
}

/** A package whose stage streams. */
async function buildStreaming(check) {
  const dir = temporaryDir(check);
  const project = join(dir, 'streams');
  cpSync(copyExample(check, 'hello'), project, { recursive: true });
  writeFileSync(join(project, 'app.js'), streamingApp());
  writeFileSync(join(project, 'up.json'), '{ "name": "streams", "url": "function_url" }');
  await upResult(['build', '-C', project, '-o', join(dir, 'streams.zip')]);
  await unzip(join(dir, 'streams.zip'), join(dir, 'task'));
  return join(dir, 'task');
}

/** Streams as the Runtime API gets them: prelude, eight NUL bytes, body, and trailers when the app breaks off. */
async function serveStreams(check, name, task, command) {
  const api = await runtimeApi();
  const mark = randomUUID();
  const runtime = startRuntime(task, command, api, mark);
  const title = (what) => `${name}, streaming: ${what}`;

  async function invoke(path) {
    const { bytes, headers, trailers, verdict } = await Promise.race([
      api.invoke(httpEvent('GET', path)),
      runtime.exited.then((code) => Promise.reject(new Error(`the runtime ended with ${code}\n${runtime.stderr}`))),
      eventually('an answer', () => false, 20),
    ]);
    require(verdict === 'response', `the runtime reported an error: ${bytes}`);
    const end = bytes.indexOf(Buffer.alloc(8));
    require(end !== -1, `no prelude in ${bytes}`);
    const prelude = JSON.parse(bytes.subarray(0, end).toString());
    return { prelude, body: bytes.subarray(end + 8).toString(), headers, trailers };
  }

  await check.case(title('prelude, cookies and body'), async () => {
    const { prelude, body, headers } = await invoke('/');
    expect([prelude.statusCode, prelude.cookies, body], [201, ['a=1', 'b=2'], 'begin end'], 'answer');
    expect(headers['lambda-runtime-function-response-mode'], 'streaming', 'mode');
    expect(headers['content-type'], 'application/vnd.awslambda.http-integration-response', 'content type');
  });

  await check.case(title('an empty answer has a prelude all the same'), async () => {
    const { prelude, body } = await invoke('/empty');
    expect([prelude.statusCode, body], [204, ''], 'answer');
  });

  await check.case(
    title('an app that breaks off is reported in trailers, and the next request is served'),
    async () => {
      const { body, trailers } = await invoke('/crash');
      expect(body, 'begin ', 'body');
      expect(trailers['lambda-runtime-function-error-type'], 'UP_APP_CRASHED', 'error type');
      expect((await invoke('/')).body, 'begin end', 'next answer');
    },
  );

  process.kill(runtime.pid, 'SIGTERM');
  await eventually('its exit', () => marked(mark).length === 0, 5);
  api.close();
}

/** The suite of all hosts, as vitest counts it. */
async function conform(check, name, node, client) {
  await check.case(`${name}: the conformance suite`, async () => {
    const args = ['vitest', 'run', 'test/conformance/ric.test.ts', '--reporter=json'];
    const env = { ...cleanEnvironment(), UP_TEST_RIC: client, UP_TEST_RIC_NODE: node };
    const { stdout, stderr } = await run('npx', args, { cwd: root, env, seconds: 200 });
    const results = stdout.split('\n').find((line) => line.startsWith('{'));
    require(results, `vitest gave no results: ${stdout}${stderr}`);
    const { numPassedTests, numTotalTests, testResults } = JSON.parse(results);
    const failed = testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'failed');
    require(failed.length === 0, failed
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages}`)
      .join('\n'));
    require(numPassedTests > 0 && numPassedTests === numTotalTests, `${numPassedTests} of ${numTotalTests} tests ran`);
    return `${numPassedTests} tests`;
  });
}
