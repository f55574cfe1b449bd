/**
 * What stands for the client of AWS's Node runtime: how its errors are called, and that they are in the log.
 * Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client, src/Errors.js and src/index.mjs
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEnvironments, type Environments } from '../support/environments.ts';
import { until } from '../support/until.ts';

let dir = '';
let environments: Environments;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-node-runtime-'));
  environments = createEnvironments();
  const entry = fileURLToPath(new URL('../../local/lambda/node-runtime.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: join(dir, 'runtime.mjs'), format: 'esm', target: 'node20' });
});
afterAll(async () => {
  environments.close();
  await rm(dir, { recursive: true });
});

/** The answer of a function of these files, and what it has logged. */
async function run(files: Readonly<Record<string, string>>, handler = 'index.handler', clientContext?: string) {
  const task = await mkdtemp(join(dir, 'task-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(task, name), text);
  const environment = await environments.start('', {
    command: (endpoint) => ({
      file: process.execPath,
      args: [join(dir, 'runtime.mjs')],
      env: { AWS_LAMBDA_RUNTIME_API: endpoint, LAMBDA_TASK_ROOT: task, _HANDLER: handler },
    }),
  });
  const { body, functionError } = await environment.ask({}, clientContext);
  return { body, functionError, log: () => environment.lines().join('\n') };
}

const handler = (body: string) => ({ 'index.mjs': `export const handler = async () => { ${body} };` });

test.each<[string, Record<string, string>, string, string, RegExp, string?]>([
  ['code that does not parse', { 'index.mjs': 'export const' }, 'Runtime.UserCodeSyntaxError', 'Uncaught', /^Syntax/],
  [
    'no such module',
    { 'other.mjs': '' },
    'Runtime.ImportModuleError',
    'Uncaught',
    /^Error: Cannot find module .*index/,
  ],
  [
    'a module that needs one that is not there',
    { 'index.mjs': "import 'left-pad-of-nobody';" },
    'Runtime.ImportModuleError',
    'Uncaught',
    /left-pad-of-nobody/,
  ],
  ['no such export', { 'index.mjs': '' }, 'Runtime.HandlerNotFound', 'Uncaught', /^index\.handler is undefined/],
  ['a name that is none', handler(''), 'Runtime.MalformedHandlerName', 'Uncaught', /^Bad handler$/, 'handler'],
  ['code that throws when it is loaded', { 'index.mjs': 'throw new RangeError("a")' }, 'RangeError', 'Uncaught', /^a$/],
  ['a handler that throws', handler('throw new TypeError("b")'), 'TypeError', 'Invoke Error', /^b$/],
  ['a handler that throws a text', handler('throw "c"'), 'string', 'Invoke Error', /^c$/],
  [
    'a promise that nobody waits for',
    handler('Promise.reject(new Error("d")); await new Promise(() => {})'),
    'Runtime.UnhandledPromiseRejection',
    'Unhandled Promise Rejection',
    /^Error: d$/,
  ],
  [
    'an error in a timer',
    handler('setTimeout(() => { throw new Error("e") }); await new Promise(() => {})'),
    'Error',
    'Uncaught Exception',
    /^e$/,
  ],
])('%s is an error with a name, and in the log', async (_, files, errorType, logged, message, name) => {
  const { body, functionError, log } = await run(files, name);
  expect({ ...body, functionError }).toMatchObject({
    ...{ errorType, functionError: 'Unhandled' },
    errorMessage: expect.stringMatching(message),
  });
  // The answer and the log come by ways of their own.
  await until('its line in the log', () => log().includes(`\tERROR\t${logged}`));
  expect(log()).toContain(`"errorType":"${errorType}"`);
});

test('a result is the answer, and nothing is logged', async () => {
  const { body, functionError, log } = await run(handler('return { hello: 1 }'));
  expect({ body, functionError }).toEqual({ body: { hello: 1 }, functionError: undefined });
  expect(log()).not.toContain('ERROR');
});

test('what the client says of itself is in the context, where it says something', async () => {
  const files = { 'index.mjs': 'export const handler = (event, { clientContext }) => ({ clientContext });' };
  expect((await run(files, undefined, '{"custom":{"a":"\\u00fc"}}')).body).toEqual({
    clientContext: { custom: { a: 'ü' } },
  });
  expect((await run(files)).body).toEqual({});
});
