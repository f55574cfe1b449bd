/**
 * Proves that a newcomer gets an app from every template with the program as npm packs it: installed from the tarball into
 * an empty folder, `up init`, `npm install`, and a deploy to the local Lambda that answers; then once more without its
 * up.json.
 *
 * Installs the templates' packages and those of the program by npm.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, run, succeed } from './processes.mjs';
import { checkStop, root, startPlatform, temporaryDir } from './project.mjs';

const json = (value) => ({ status: 200, contains: value });
const server = (greeting) => [
  ['/?a=1', { status: 200, contains: `Hello from ${greeting}` }],
  ['/time', json('{"time":"20')],
  ['/nowhere', { status: 404, contains: '{"error":"not found"}' }],
];

/** What each answers, and what without its up.json. */
const templates = {
  http: { answers: server('Node') },
  express: { answers: server('Express') },
  fastify: { answers: server('Fastify') },
  hono: { answers: server('Hono') },
  spa: {
    answers: [
      ['/', json('<main></main>')],
      ['/views.js', json('export const views')],
      ['/about', json('<main></main>')],
    ],
    // The page that answers for all others stands in up.json.
    bare: [
      ['/', json('<main></main>')],
      ['/about', { status: 404, contains: 'UP_STATIC_NOT_FOUND' }],
    ],
  },
  typescript: { answers: server('TypeScript') },
};

await runCheck('templates', 240, async (check) => {
  await check.case('every folder of templates/ is one of these', () => {
    expect(readdirSync(join(root, 'templates')).sort(), Object.keys(templates).sort(), 'templates');
  });
  const platform = await startPlatform(check);
  const home = temporaryDir(check);
  let program = '';
  await check.case('the packed program installs without scripts and has the templates', async () => {
    program = await installPacked(home);
    expect(await succeed(program, ['--version'], { cwd: home }), `${await version()}\n`, 'up --version');
  });
  const up = (args, cwd) => run(program, args, { cwd, env: { ...cleanEnvironment(), ...platform.env } });
  // Two at a time, as there are cores.
  const waiting = Object.entries(templates);
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await exercise(check, up, home, ...next);
  };
  await Promise.all([lane(), lane()]);
  await checkStop(check, platform);
});

async function installPacked(home) {
  const [{ filename }] = JSON.parse(
    await succeed('npm', ['pack', '--json', '--pack-destination', home], { cwd: root }),
  );
  await succeed('npm', ['init', '-y'], { cwd: home });
  await succeed('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(home, filename)], {
    cwd: home,
    seconds: 120,
  });
  return join(home, 'node_modules', '.bin', 'up');
}

async function version() {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  return manifest.version;
}

async function exercise(check, up, home, name, { answers, bare = answers }) {
  const dir = join(home, name);
  await check.case(`${name}: up init says what to do next, and that works`, async () => {
    const { code, stdout, stderr } = await up(['init', name, '--template', name, '--json'], home);
    require(code === 0, `up init ended with ${code}: ${stderr}`);
    const [cd, ...next] = JSON.parse(stdout).next;
    expect(cd, `cd ${name}`, 'first');
    expect(next.slice(-3), ['up start', 'up --local', 'up'], 'last');
    if (next.includes('npm install')) await install(dir);
    return next.join(', ');
  });
  const answersAt = (at, wanted) => async () => {
    const { code, stdout, stderr } = await up(['--local'], at);
    require(code === 0, `up --local ended with ${code}: ${stderr}`);
    for (const [path, answer] of wanted) await ask(new URL(path, stdout.trim()), answer);
    return stdout.trim();
  };
  await check.case(`${name}: deploys and answers`, answersAt(dir, answers));
  // Another folder, so that it is another app where its name was that of up.json.
  const bareDir = join(home, `${name}-bare`);
  renameSync(dir, bareDir);
  rmSync(join(bareDir, 'up.json'));
  await check.case(`${name}: deploys without up.json`, answersAt(bareDir, bare));
}

/** As a newcomer does: a template has no lock file. */
function install(dir) {
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  return succeed('npm', words, { cwd: dir, seconds: 120 });
}

async function ask(url, { status, contains }) {
  const res = await fetch(url, { headers: { accept: 'text/html,*/*' } });
  const text = await res.text();
  expect(res.status, status, `status of ${url}, with body ${text}`);
  require(text.includes(contains), `${url} answered ${text}, which lacks ${contains}`);
}
