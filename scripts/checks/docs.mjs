/**
 * Every command of README and docs is run as it stands there, page by page, against a local platform that stands where
 * AWS does (`AWS_ENDPOINT_URL`). What a page is run in, and what is not run and why, is in test/support/manual-plan.ts;
 * test/structure/manual.test.ts holds those, too, to the table of commands. Needs npm's registry for one page.
 *
 *   node scripts/checks/docs.mjs --seconds 60
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { importTypeScript } from '../typescript.mjs';
import { require, runCheck } from './check.mjs';
import { cleanEnvironment, eventually, has, run, start, succeed } from './processes.mjs';
import { root, startPlatform, temporaryDir } from './project.mjs';

const { readManual, blocksOf, linesOf } = await importTypeScript(join(root, 'test/support/manual.ts'));
const plan = await importTypeScript(join(root, 'test/support/manual-plan.ts'));
const pages = new Map(readManual(root).map((page) => [page.path, page]));

// It is about the version of Node here, and nobody reads it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

/** The folder that a page is run in, with the files that it shows. */
const makers = {
  shop: (world) => join(world.root, 'shop'),
  own(world, page) {
    const files = blocksOf(page).filter(({ file }) => file !== undefined);
    const name = page.path.replace(/^docs\/|\.md$/g, '');
    return project(world, name, Object.fromEntries(files.map(({ file, text }) => [file, text])));
  },
  async domains(world) {
    const zone = new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'docs' });
    await new Route53Client({ endpoint: world.url, region: 'us-east-1', credentials: signer }).send(zone);
    const stages = { production: { domain: 'example.com' }, staging: { domain: 'example.com', path: '/next' } };
    const config = JSON.stringify({ name: 'tea-room', stages });
    return project(world, 'tea-room', { 'app.js': app('tea'), 'up.json': config });
  },
  local: (world) => project(world, 'on-this-machine', { 'app.js': app('here') }),
  root(world) {
    const dir = project(world, 'root', {});
    symlinkSync(join(root, 'docs'), join(dir, 'docs'));
    return dir;
  },
};

await runCheck('docs', 120, async (check) => {
  const platform = await startPlatform(check);
  const world = { ...platform, root: temporaryDir(check), missing: await missingPrograms() };
  await prepareWorld(world);
  const all = Object.entries(plan.projects);
  const isShop = ([, project]) => project === 'shop';
  const lanes = [all.filter(isShop), all.filter((entry) => !isShop(entry))];
  await Promise.all(lanes.map((lane) => inTurn(lane, (entry) => runPage(check, world, entry))));
});

async function inTurn(list, work) {
  for (const one of list) await work(one);
}

async function missingPrograms() {
  const found = await Promise.all(plan.programs.map(async (name) => [name, await has(name)]));
  return found.filter(([, is]) => !is).map(([name]) => name);
}

// --- the projects -----------------------------------------------------------------------------------------------------

function app(text) {
  return `require('node:http').createServer((req, res) => res.end('${text}')).listen(process.env.PORT);\n`;
}

async function prepareWorld(world) {
  const bin = join(world.root, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = join(root, 'dist/cli/main.js');
  writeFileSync(join(bin, 'up'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  // npx finds it on the path, as it finds what is installed.
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nwhile case $1 in -*) ;; *) false ;; esac; do shift; done\nexec "$@"\n', {
    mode: 0o755,
  });
  mkdirSync(join(world.root, 'home'));
  world.environment = {
    ...cleanEnvironment(),
    PATH: `${bin}:${process.env.PATH}`,
    HOME: join(world.root, 'home'),
    CI: '',
    BRANCH: 'my-branch',
    UP_LOCAL_DIR: world.dir,
    AWS_ENDPOINT_URL: world.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  await prepareShop(world);
}

/** Two releases of each stage, and a request to each. */
async function prepareShop(world) {
  const dir = project(world, 'shop', { 'app.js': app('one'), '.env': 'COLOUR=red\nSIZE=small\n' });
  writeFileSync(join(dir, 'up.json'), '{ "name": "shop" }');
  cpSync(join(root, 'examples/hello'), join(dir, 'examples/hello'), { recursive: true });
  const deploy = async (stage) => {
    const url = await succeed('sh', ['-c', `up ${stage} --no-check`], { cwd: dir, env: world.environment });
    await fetch(url.trim());
  };
  await deploy('staging');
  writeFileSync(join(dir, 'app.js'), app('two'));
  await deploy('staging');
  await deploy('production');
  await deploy('-C examples/hello');
}

function project(world, name, files) {
  const dir = join(world.root, name);
  mkdirSync(dir, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return dir;
}

// --- the commands -----------------------------------------------------------------------------------------------------

async function runPage(check, world, [path, name]) {
  const page = pages.get(path);
  const cwd = await makers[name](world, page);
  const env = name === 'local' ? { ...world.environment, UP_LOCAL_DIR: join(cwd, 'state') } : world.environment;
  // One that a failure leaves in the background.
  if (name === 'local') check.onEnd(() => run('sh', ['-c', 'up local stop'], { cwd, env }));
  for (const line of linesOf(page)) {
    const command = plan.commandOf(line);
    const why = plan.notRun[command] ?? missing(world, command);
    if (why) check.note(`not run: ${command}: ${why}`);
    else await check.case(`${path}: ${command}`, () => runLine(command, { cwd, env }));
  }
}

function missing(world, command) {
  const name = world.missing.find((one) => new RegExp(`(?:^|[|(] ?|\\d )${one} `).test(command));
  return name && `no ${name}`;
}

async function runLine(command, { cwd, env }) {
  const said = asked(command).replaceAll('http://127.0.0.1:4580', () => endpointIn(env.UP_LOCAL_DIR));
  const input = plan.typed[command];
  const line = input === undefined ? said : `printf %s '${input}' | ${said}`;
  const one = start('sh', ['-c', line], { cwd, env });
  const serves = plan.endless.find(([what]) => what.test(command))?.[1];
  if (serves) return await untilItServes(one, serves);
  const code = await one.exited;
  require(code === 0, `ended with ${code}\n${one.stderr}${one.stdout}`);
}

/** The manual says the default port; a check takes a free one. */
function endpointIn(dir) {
  return JSON.parse(readFileSync(join(dir, 'endpoint.json'), 'utf8')).url;
}

/** Nobody is there to say yes. */
function asked(command) {
  const asks = /^up (?:delete|prune)\b/.test(command) && !/ (?:-y|--yes|--dry-run)\b/.test(command);
  return asks ? `${command} -y` : command;
}

async function untilItServes(one, serves) {
  const has = () => serves.test(one.stdout + one.stderr) || hasEnded(one);
  await eventually('it to serve', has, 20).finally(() => process.kill(-one.pid, 'SIGINT'));
  const code = await one.exited;
  require(code === 130 || code === 0 || code === 'SIGINT', `Ctrl-C ended it with ${code}\n${one.stderr}`);
}

function hasEnded({ child, stdout, stderr }) {
  require(child.exitCode === null, `ended with ${child.exitCode}\n${stderr}${stdout}`);
}
