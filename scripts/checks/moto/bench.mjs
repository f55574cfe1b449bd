/** What the stories share: moto behind its proxies, boto3 to read with, and apps to deploy. */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require } from '../check.mjs';
import { cleanEnvironment } from '../processes.mjs';
import { copyExample, up } from '../project.mjs';
import { pythonPrograms, startRunner } from '../python.mjs';
import { createDifferences } from './differences.mjs';
import { startProxy } from './proxy.mjs';
import { motoPackages, startMoto } from './server.mjs';

/** moto's account. */
export const account = '123456789012';

/** What Invoke is to return, as a function behind an HTTP API would. */
const ok = { statusCode: 200, body: 'canned' };

export async function openBench(check) {
  const programs = await pythonPrograms(check, motoPackages);
  const moto = await startMoto(programs);
  const differences = createDifferences(moto);
  const { url } = await startProxy(check, moto, differences);
  const call = startRunner(check, join(programs, 'python'), { ...cleanEnvironment(), ...settings(url) })('boto3');
  return { check, moto, differences, read: (...words) => readBy(call, ...words) };
}

/** What leads a program to moto, or to a proxy before it. */
export function settings(url) {
  const identity = { AWS_ACCESS_KEY_ID: 'check', AWS_SECRET_ACCESS_KEY: 'check' };
  return { ...identity, AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' };
}

/** What boto3 is told: `read('iam', 'GetRole', { RoleName })`. */
async function readBy(call, service, operation, input = {}) {
  const { output, error } = await call(service, operation, input);
  require(error === undefined, `boto3 ${service} ${operation}: ${error}`);
  return output;
}

/** A copy of the example `hello` under another name, with a proxy of its own that knows what it calls. */
export async function openApp({ check, moto, differences }, name) {
  const dir = copyExample(check, 'hello');
  const proxy = await startProxy(check, moto, differences);
  const app = {
    name,
    dir,
    configure: (upJson) => writeFileSync(join(dir, 'up.json'), JSON.stringify({ name, ...upJson })),
    write: (file, content) => writeFileSync(join(dir, file), content),
    remove: (file) => rmSync(join(dir, file)),
    changeCode: () => appendFileSync(join(dir, 'app.js'), `// ${Date.now()}\n`),
    run,
    deploy: (stage = 'staging', options = {}) => run(['deploy', stage, '--no-check'], { answers: true, ...options }),
  };

  /** Runs a command, and gives the calls that change something, after printing all. `answers`: the next version does. */
  async function run(words, { exit = 0, answers = false } = {}) {
    if (answers) await moto.answer(ok);
    proxy.calls.length = 0;
    const { code, stdout, stderr } = await up([...words, '-C', dir], { env: settings(proxy.url) });
    const calls = [...proxy.calls];
    check.note(`${name}: ${calls.map(shown).join(', ')}`);
    require(!proxy.failure, `the proxy failed: ${proxy.failure?.stack}`);
    expect(code, exit, `exit code, with ${stderr}`);
    const failed = calls.find(({ status }) => status >= 500);
    require(!failed, `moto failed ${failed?.operation}: ${moto.output()}`);
    const changing = calls.map(({ operation }) => operation).filter((one) => !/^(?:Get|List|Describe|Head)/.test(one));
    return { changing, calls, stdout: stdout.trim(), stderr };
  }

  app.configure({});
  return app;
}

function shown({ operation, status, amended }) {
  return `${operation}${amended ? '*' : ''}${status < 400 ? '' : ` (${status})`}`;
}

/** What a deploy of new code, or of a new up.json, which is in the package, changes. */
export const codeCalls = ['UpdateFunctionCode', 'PublishVersion', 'Invoke', 'UpdateAlias'];
