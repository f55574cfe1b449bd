/**
 * The package as npm publishes it: packed, installed without scripts into an empty folder, and used there under each Node
 * that it supports. `up` is run by npx from the tarball itself, deploys an app that stands alone, and the app imports
 * `up/runtime` in either kind of module. `--node 24` is one of them alone.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, nodeOf, succeed } from './processes.mjs';
import { requireBuild, root, temporaryDir } from './project.mjs';

const majors = [20, 22, 24];
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const app = `
const { createServer } = require('node:http');
const { waitUntil } = require('up/runtime');
createServer((req, res) => {
  waitUntil(Promise.resolve());
  res.end('tea from ' + process.version.split('.')[0]);
}).listen(process.env.PORT);`;

await runCheck(
  'pack',
  240,
  async (check) => {
    await requireBuild();
    const out = temporaryDir(check);
    const home = temporaryDir(check);
    let tarball = '';
    let installed = '';

    await check.case('npm packs it without a script', async () => {
      await succeed('npm', ['pack', '--ignore-scripts', '--pack-destination', out], { cwd: root });
      const [file] = readdirSync(out);
      tarball = join(out, file);
      return file;
    });

    await check.case('it installs without scripts into an empty folder', async () => {
      const dir = temporaryDir(check);
      await succeed('npm', ['install', '--ignore-scripts', '--prefer-offline', tarball], {
        cwd: dir,
        env: npmOf(home),
      });
      installed = dir;
      const packages = readdirSync(join(dir, 'node_modules')).filter((name) => !name.startsWith('.'));
      expect(packages.sort(), ['@esbuild', 'esbuild', 'up'], 'node_modules holds');
    });

    await check.case('TypeScript finds the types of up/runtime, in either kind of module', async () => {
      const line = `import { waitUntil } from 'up/runtime';\nconst done: void = waitUntil(Promise.resolve());\nvoid done;\n`;
      for (const file of ['types.mts', 'types.cts']) writeFileSync(join(installed, file), line);
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
      const tsc = join(root, 'node_modules', '.bin', 'tsc');
      await succeed(tsc, [...flags, 'types.mts', 'types.cts'], { cwd: installed });
    });

    await check.case('its templates are in it', async () => {
      const dir = join(temporaryDir(check), 'tea');
      const up = join(installed, 'node_modules', '.bin', 'up');
      await succeed(up, ['init', dir, '--template', 'http', '--yes'], { cwd: out, env: npmOf(home) });
      require(readdirSync(dir).includes('package.json'), readdirSync(dir).join(', '));
    });

    for (const major of check.sizes.node === 0 ? majors : [check.sizes.node]) {
      const node = await nodeOf(major);
      const env = { ...npmOf(home), PATH: `${dirname(node)}:${process.env.PATH}`, NO_UPDATE_NOTIFIER: '1' };

      await check.case(`Node ${major}: npx runs it from the tarball in an empty folder`, async () => {
        const cwd = temporaryDir(check);
        const npx = (...words) =>
          succeed('npx', ['-y', '--ignore-scripts', '--prefer-offline', '-p', tarball, '--', 'up', ...words], {
            cwd,
            env,
          });
        expect((await npx('--version')).trim(), version, 'up --version');
        require((await npx('--help')).includes('rollback'), 'the help is not there');
        expect(readdirSync(cwd), [], 'it left behind');
      });

      await check.case(`Node ${major}: it deploys an app that stands alone, and the app answers`, async () => {
        const dir = temporaryDir(check);
        const state = { ...env, UP_LOCAL_DIR: join(dir, '.up', 'local') };
        writeFileSync(join(dir, 'app.cjs'), app);
        writeFileSync(join(dir, 'package.json'), '{"name": "tea", "scripts": {"start": "node app.cjs"}}');
        await succeed('npm', ['install', '--ignore-scripts', '--prefer-offline', tarball], { cwd: dir, env });
        const up = (...words) => succeed(join(dir, 'node_modules', '.bin', 'up'), words, { cwd: dir, env: state });
        try {
          const url = (await up('--local')).trim();
          const body = await succeed('curl', ['-sS', '--fail', url]);
          expect(body, `tea from v${major}`, 'the app says');
          return url;
        } finally {
          await up('local', 'stop');
        }
      });

      await check.case(`Node ${major}: up/runtime is there for both kinds of module`, async () => {
        const seen = `console.log(typeof waitUntil, waitUntil(Promise.resolve()))`;
        for (const [kind, line] of [
          ['module', `import { waitUntil } from 'up/runtime'; ${seen}`],
          ['commonjs', `const { waitUntil } = require('up/runtime'); ${seen}`],
        ]) {
          const said = await succeed(node, [`--input-type=${kind}`, '-e', line], { cwd: installed, env });
          expect(said, 'function undefined\n', kind);
        }
      });
    }
  },
  { node: 0 },
);

/** npm with no settings of whoever runs this but its cache and its registry, and with a prefix where nothing is installed. */
function npmOf(home) {
  const prefix = join(home, 'prefix');
  mkdirSync(prefix, { recursive: true });
  return { ...cleanEnvironment(), npm_config_prefix: prefix, npm_config_fund: 'false', npm_config_audit: 'false' };
}
