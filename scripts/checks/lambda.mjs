/**
 * Execution environments of the local Lambda inside this process, without gateway and CLI: each is frozen as soon as it
 * has answered, and what is said of it here is known at once.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, require } from './check.mjs';
import { bodyOf, httpEvent } from './event.mjs';
import { isDead, processesWith } from './processes.mjs';
import { requireBuild, root, temporaryDir, upResult } from './project.mjs';
import { unzip } from './runtime.mjs';

/** The parts of local/lambda, which Node 20 cannot load as they are. */
export async function localLambda() {
  const contents = `
    export { startEnvironment } from './environment.ts';
    export { runtimeCommand } from './runtime-command.ts';
    export { runtimeServer } from './runtime-server.ts';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, 'local', 'lambda'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Builds a package of these files and unpacks it, as Lambda has it under /var/task. `prepare(dir)` may add to them. */
export async function packApp(check, { name, files = {}, config = {}, prepare = async () => {} }) {
  await requireBuild();
  const base = temporaryDir(check);
  const dir = join(base, name);
  mkdirSync(dir);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(dir, file), content);
  writeFileSync(join(dir, 'up.json'), JSON.stringify({ name, ...config }));
  await prepare(dir);
  await upResult(['build', '-C', dir, '-o', join(base, 'package.zip')]);
  await unzip(join(base, 'package.zip'), join(base, 'task'));
  return join(base, 'task');
}

/** What `runtimeCommand` takes: a function whose package is unpacked in `task`. */
export function functionOf(name, task, variables) {
  const fn = {
    FunctionName: name,
    Version: '1',
    Runtime: 'nodejs24.x',
    Handler: '_up/handler.handler',
    Role: `arn:aws:iam::000000000000:role/${name}`,
    MemorySize: 512,
    LogFormat: 'Text',
    LogGroup: `/aws/lambda/${name}`,
    Environment: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/_up/bootstrap', UP_STAGE: 'staging', ...variables },
  };
  // With the wrapper nobody runs the client.
  return { fn, codeDir: task, nodeRuntime: 'none', mark: randomUUID() };
}

/** Starts one environment. It ends with the check, or by `kill`. */
export async function openEnvironment(check, lambda, { name, task, variables = {} }) {
  const setup = functionOf(name, task, variables);
  const log = [];
  let settled = () => {};
  const environment = await lambda.startEnvironment(
    {
      functionName: name,
      functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}:1`,
      version: '1',
      handler: setup.fn.Handler,
      timeout: 30,
      memorySize: setup.fn.MemorySize,
      logGroup: setup.fn.LogGroup,
      codeDir: task,
      command: (endpoint, logStream) => lambda.runtimeCommand(setup, endpoint, logStream),
    },
    (_group, _stream, events) => {
      log.push(...events.map(({ message }) => message));
      log.splice(0, log.length - 30);
    },
    { onSettled: () => settled() },
  );
  check.onEnd(async () => environment.kill());

  return {
    pid: environment.pid(),
    kill: environment.kill,
    /** The last lines that its processes printed. */
    log: () => log.join('\n'),
    /** Its living processes. */
    processes: () => processesWith({ UP_LOCAL_ENVIRONMENT: setup.mark }).filter((pid) => !isDead(pid)),
    /** Resolves when all of it is stopped. */
    async frozen() {
      while (environment.state() !== 'idle') {
        require(environment.state() !== 'dead', `the environment is dead\n${log.join('\n')}`);
        await new Promise((resolve) => {
          settled = resolve;
        });
      }
    },
    /** One request; the environment has to be frozen, or new. */
    async send(method, path, body) {
      const started = performance.now();
      const event = httpEvent(method, path, { ...(body !== undefined && { body }) });
      const { payload, functionError } = await environment.invoke(Buffer.from(JSON.stringify(event)));
      const milliseconds = performance.now() - started;
      require(functionError === undefined, `the invocation failed: ${payload}\n${log.join('\n')}`);
      const result = JSON.parse(payload.toString());
      return { status: result.statusCode, text: bodyOf(result).toString(), milliseconds };
    },
  };
}

/** Sends a request to an app that echoes `METHOD PATH BODY`; throws unless it does. Resolves with the milliseconds. */
export async function sendEcho(environment, method, path, body = '') {
  const { status, text, milliseconds } = await environment.send(method, path, body);
  expect([status, text], [200, `${method} ${path} ${body}`], `${method} ${path}`);
  return milliseconds;
}
