/**
 * Proves that every example deploys to the local Lambda with the real CLI, answers over real HTTP, and shows in
 * `up logs`. Each is deployed from a copy, so the tree stays clean; go and python run where their toolchain is present.
 *
 * Installs express by npm into the copies.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { eventually, has } from './processes.mjs';
import { checkStop, copyExample, npmInstall, root, startPlatform, up, upResult } from './project.mjs';

const text = { 'content-type': 'text/plain; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const page = { accept: 'text/html' };

/** What each example is asked, and what it answers: method, path, body -> status, body. */
const examples = {
  hello: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from up\n' },
      ],
      [
        { method: 'POST', path: '/echo?a=1', body: 'grüße', headers: text },
        { status: 200, contains: '"body":"grüße"' },
      ],
      // It knows no unknown path.
      [
        { method: 'GET', path: '/nowhere' },
        { status: 200, body: 'Hello from up\n' },
      ],
    ],
  },
  static: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: '<h1>Tea shop</h1>' },
      ],
      [
        { method: 'GET', path: '/about' },
        { status: 200, contains: '<h1>About</h1>' },
      ],
      [
        { method: 'GET', path: '/assets/style.3f2a9c1b.css' },
        { status: 200, contains: 'darkgreen' },
      ],
      [
        { method: 'GET', path: '/coffee' },
        { status: 404, contains: 'UP_STATIC_NOT_FOUND' },
      ],
    ],
  },
  express: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Express\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: '{"a":"ü"}', headers: json },
        { status: 201, body: '{"a":"ü"}' },
      ],
      [
        { method: 'GET', path: '/users/tj?q=1' },
        { status: 200, body: '{"name":"tj","query":{"q":"1"}}' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, contains: 'Cannot GET /nowhere' },
      ],
    ],
  },
  spa: {
    calls: [
      [
        { method: 'GET', path: '/products/42', headers: page },
        { status: 200, contains: '<main></main>' },
      ],
      [
        { method: 'GET', path: '/api/products/42' },
        { status: 200, contains: '"name":"Sencha"' },
      ],
      [
        { method: 'PUT', path: '/api/cart', body: '[42]', headers: json },
        { status: 200, body: '[42]' },
      ],
      [
        { method: 'GET', path: '/api/coffee' },
        { status: 404, body: '{"error":"not found"}' },
      ],
    ],
  },
  rendered: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: '<link rel="stylesheet" href="/style.css">' },
      ],
      [
        { method: 'PUT', path: '/session', body: '{"name":"TJ"}', headers: json },
        { status: 200, body: '{"name":"TJ"}' },
      ],
      [
        { method: 'GET', path: '/coffee' },
        { status: 404, body: '{"error":"not found"}' },
      ],
      [
        { method: 'GET', path: '/broken', headers: page },
        { status: 500, contains: 'The tea has gone cold' },
      ],
    ],
  },
  typescript: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: '{"greeting":"Hello, TypeScript","length":17}\n' },
      ],
      [
        { method: 'POST', path: '/', body: 'TJ', headers: text },
        { status: 200, body: '{"greeting":"Hello, TJ","length":9}\n' },
      ],
      [
        { method: 'GET', path: '/no/where' },
        { status: 404, body: '{"error":"not found"}\n' },
      ],
      [
        { method: 'GET', path: '/fail' },
        { status: 500, body: '{"error":"see the log"}\n' },
      ],
    ],
  },
  go: {
    needs: 'go',
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Go\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: 'grüße', headers: text },
        { status: 200, body: 'grüße' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: '404 page not found\n' },
      ],
    ],
  },
  python: {
    needs: 'python3',
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Python\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: 'grüße', headers: text },
        { status: 200, body: 'grüße' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: 'Not found\n' },
      ],
    ],
  },
};

await runCheck('examples', 300, async (check) => {
  await check.case('every folder of examples/ is one of these', () => {
    expect(readdirSync(join(root, 'examples')).sort(), Object.keys(examples).sort(), 'examples');
  });
  const platform = await startPlatform(check);
  for (const [name, example] of Object.entries(examples)) {
    if (example.needs && !(await has(example.needs))) check.skip(name, example.needs);
    else await exercise(check, platform, name, example);
  }
  await checkStop(check, platform);
});

async function exercise(check, platform, name, { prepare, calls }) {
  const dir = copyExample(check, name);
  let url = '';
  await check.case(`${name}: deploys`, async () => {
    await prepare?.(dir);
    url = await upResult(['--local', '-C', dir], platform);
    require(/^http:\/\/127\.0\.0\.1:\d+\/$/.test(url), `not a URL: ${url}`);
    return url;
  });
  for (const [request, wanted] of calls) {
    await check.case(`${name}: ${request.method} ${request.path} is ${wanted.status}`, () =>
      call(url, request, wanted),
    );
  }
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
