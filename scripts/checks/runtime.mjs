/** Runtimes for the checks: AWS's own client, a Runtime API for it to talk to, packages laid out as under /var/task. */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { cleanEnvironment, has, isDead, processesWith, start, succeed } from './processes.mjs';
import { cacheDir } from './project.mjs';

/** With the modes of the files: `_up/bootstrap` has to be executable. */
export async function unzip(file, dir) {
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const target = join(dir, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    const mode = entry.externalFileAttributes >>> 16;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
  }
}

/** What the native build of AWS's client takes. */
export async function missingTool() {
  for (const tool of ['cmake', 'make', 'g++', 'python3', 'xz', 'tar']) if (!(await has(tool))) return tool;
  return null;
}

export async function installRic(check) {
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

/** The Runtime API: hands an event to each `next` that waits and resolves with what the runtime says of it. */
export async function runtimeApi() {
  const waiting = [];
  const verdicts = new Map();
  const hungry = [];
  let initError = null;
  const server = createServer(async (req, res) => {
    if (req.url.endsWith('/invocation/next')) {
      hungry.push(res);
      return deliver();
    }
    const [, id, verdict] = /\/invocation\/([^/]+)\/(response|error)$/.exec(req.url) ?? [];
    const bytes = await buffer(req);
    res.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    const body = bytes.toString();
    const { headers, trailers } = req;
    if (verdict) verdicts.get(id)?.({ id, verdict, body, bytes, headers, trailers });
    else initError = body;
  });
  const deliver = () => {
    if (hungry.length === 0 || waiting.length === 0) return;
    const res = hungry.shift();
    const { id, event } = waiting.shift();
    const headers = { 'Lambda-Runtime-Aws-Request-Id': id, 'Lambda-Runtime-Deadline-Ms': Date.now() + 30_000 };
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:hello:1';
    res.writeHead(200, {
      ...headers,
      'Lambda-Runtime-Invoked-Function-Arn': arn,
      'content-type': 'application/json',
    });
    res.end(JSON.stringify(event));
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${server.address().port}`,
    initialized: () => hungry.length > 0 || initError !== null,
    /** How many invocations it waits for at the same time. */
    waiting: () => hungry.length,
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
export function startRuntime(task, [file, ...args], api, mark, env = {}) {
  return start(file, args, { cwd: task, env: { ...runtimeEnvironment(task, api, mark), ...env } });
}

export function runtimeEnvironment(task, api, mark) {
  const { PATH } = cleanEnvironment();
  return {
    PATH,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: '_up/handler.handler',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${Number.parseInt(process.versions.node, 10)}.x`,
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
  };
}

/** The processes of one runtime that still run. */
export function marked(mark) {
  return processesWith({ UP_CHECK: mark }).filter((pid) => !isDead(pid));
}
