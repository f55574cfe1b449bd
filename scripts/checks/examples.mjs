/**
 * Proves that every example deploys to the local Lambda with the real CLI, answers over real HTTP, and shows in
 * `up logs`. Each is deployed from a copy, so the tree stays clean; go and python run where their toolchain is present.
 *
 * Installs what their lock files name by npm into the copies. Two are worked on at a time, as many as the processors of
 * CI: `--lanes N` says otherwise, and `--next 0` leaves out Next.js, whose build takes as long as all the rest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { examples } from './examples/table.mjs';
import { createLanes } from './lanes.mjs';
import { eventually, has } from './processes.mjs';
import { checkStop, copyExample, root, startPlatform, up, upResult } from './project.mjs';

const sizes = { lanes: 2, next: 1 };

await runCheck(
  'examples',
  300,
  async (check) => {
    await check.case('every folder of examples/ is one of these, and in its list', () => {
      const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((one) => one.isDirectory());
      const names = folders.map(({ name }) => name).sort();
      expect(names, Object.keys(examples).sort(), 'examples');
      const listed = readFileSync(join(root, 'examples', 'README.md'), 'utf8').matchAll(/^\| \[(\w+)\]/gm);
      expect(Array.from(listed, ([, name]) => name).sort(), names, 'examples/README.md');
    });
    const platform = await startPlatform(check);
    const inLane = createLanes(check.sizes.lanes);
    await Promise.all(
      Object.entries(examples).map(([name, example]) => inLane(() => exercise(check, platform, name, example))),
    );
    await checkStop(check, platform);
  },
  sizes,
);

async function exercise(check, platform, name, example) {
  if (example.needs && !(await has(example.needs))) return check.skip(name, example.needs);
  if (name === 'next' && check.sizes.next === 0) return check.skip(name, 'build wanted');
  const dir = copyExample(check, name);
  const url = await deploy(check, platform, name, dir, example);
  // Nothing else can be said of an app that is not there.
  if (url === null) return;
  await ask(check, name, url, example);
  await compareCommands(check, platform, name, dir, url, example);
}

/** Its URL; null where it could not be deployed. */
async function deploy(check, platform, name, dir, { prepare }) {
  let url = null;
  await check.case(`${name}: deploys`, async () => {
    await prepare?.(dir);
    const found = await upResult(['--local', '-C', dir], platform);
    require(/^http:\/\/127\.0\.0\.1:\d+\/$/.test(found), `not a URL: ${found}`);
    url = found;
    return url;
  });
  return url;
}

async function ask(check, name, url, { calls, proofs = [] }) {
  for (const [request, wanted] of calls) {
    await check.case(`${name}: ${request.method} ${request.path} is ${wanted.status}`, () =>
      call(url, request, wanted),
    );
  }
  for (const [title, prove] of proofs) await check.case(`${name}: ${title}`, () => prove(url));
}

async function compareCommands(check, platform, name, dir, url, { calls, again = true }) {
  await check.case(`${name}: up url prints the same URL`, async () => {
    expect(await upResult(['url', '--local', '-C', dir], platform), url, 'up url');
  });
  await check.case(`${name}: up logs shows every request`, () =>
    eventually('the records', async () => {
      const found = await requestsIn(platform, dir);
      const wanted = calls.map(([{ method, path }, { status }]) => `${method} ${path.replace(/\?.*/, '')} ${status}`);
      return wanted.every((line) => found.includes(line)) && `${found.length} records`;
    }),
  );
  if (!again) return;
  await check.case(`${name}: a second deploy has nothing to deploy`, async () => {
    const { code, stdout, stderr } = await up(['--local', '-C', dir], platform);
    require(code === 0 && stderr.includes('Nothing to deploy'), `exit ${code}: ${stderr}`);
    expect(stdout.trim(), url, 'stdout');
  });
}

async function call(url, { method, path, body, headers = {} }, wanted) {
  const res = await fetch(new URL(path, url), { method, headers, ...(body !== undefined && { body }) });
  const found = await res.text();
  expect(res.status, wanted.status, `status, with body ${found}`);
  if (wanted.body !== undefined) expect(found, wanted.body, 'body');
  require(found.includes(wanted.contains ?? ''), `body ${found} lacks ${wanted.contains}`);
  for (const [field, value] of Object.entries(wanted.fields ?? {}))
    require(res.headers.get(field)?.includes(value), `${field} is ${res.headers.get(field)}, not ${value}`);
}

/** The response records of the app, as `GET / 200`. */
async function requestsIn(platform, dir) {
  const { code, stdout, stderr } = await up(['logs', '--local', '-C', dir], platform);
  require(code === 0, `up logs ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ message, fields }) => message === 'response' && fields.status !== undefined)
    .map(({ fields }) => `${fields.method} ${fields.path} ${fields.status}`);
}
