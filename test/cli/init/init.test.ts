/** `up init`: an app from a template, or the smallest up.json of one that is there; never over a file. */
import { chmodSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../../../cli/init/files.ts';
import { templateNames } from '../../../cli/init/templates.ts';
import { templatesDir } from '../../../cli/paths.ts';
import { parseConfig } from '../../../config/index.ts';
import { until } from '../../support/until.ts';
import { filesIn, folder, init, initJson, play } from './terminal.ts';

const server = "require('http').createServer().listen(process.env.PORT)";
const deploys = ['up start', 'up --local', 'up'];

test('every folder of templates/ can be asked for', () => {
  expect(readdirSync(templatesDir).sort()).toEqual([...templateNames].sort());
});

describe('with nobody to ask', () => {
  test('an empty folder becomes a server of node:http, named after it', async () => {
    const dir = folder();
    expect(await initJson(dir)).toEqual({
      dir,
      template: 'http',
      name: 'shop',
      region: null,
      files: ['app.js', 'package.json', 'up.json', '.gitignore'],
      next: deploys,
    });
    expect(filesIn(dir)).toMatchObject({ 'up.json': '{\n  "name": "shop"\n}\n' });
  });

  test.each([
    ['--yes', { given: { yes: true } }],
    ['CI', { env: { CI: 'true' } }],
    ['--json', { flags: { json: true } }],
    ['no terminal', { isTty: false }],
  ])('%s asks nothing', async (_title, how) => {
    const { stderr } = await init(folder(), how);
    expect(stderr).not.toContain('?');
  });

  test.each(templateNames)('%s is made the own app of the folder', async (template) => {
    const dir = folder();
    const { files } = await initJson(dir, { given: { template, name: 'pets' }, flags: { region: 'eu-west-1' } });
    const written = filesIn(dir);
    expect(Object.keys(written).sort()).toEqual([...files].sort());
    const { config } = parseConfig(written['up.json'] ?? '', { file: 'up.json', fallbackName: 'none' });
    expect(config).toMatchObject({ name: 'pets', regions: ['eu-west-1'] });
    const manifest = JSON.parse(written['package.json'] ?? '{"name":"pets"}');
    expect(manifest.name).toBe('pets');
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('packages are installed first, and a folder is made and gone into', async () => {
    const dir = folder();
    const { next } = await initJson(dir, { given: { folder: 'my app/web', template: 'express' } });
    expect(next).toEqual(["cd 'my app/web'", 'npm install', ...deploys]);
    expect(Object.keys(filesIn(dir))).toContain('my app/web/app.js');
  });

  test('a folder whose name begins with a dash can be gone to', async () => {
    const { next } = await initJson(folder(), { given: { folder: '-rf' } });
    expect(next[0]).toBe('cd ./-rf');
  });

  test('the next commands keep the profile and the local platform', async () => {
    const { next } = await initJson(folder(), { flags: { profile: 'acme', local: true, region: 'eu-west-1' } });
    expect(next).toEqual(['up start', 'up --local --profile acme']);
  });
});

describe('on a terminal', () => {
  test('three questions, the answers of which can be mended, and then what to do next', async () => {
    const dir = folder();
    const { stdout, stderr } = await init(dir, { typed: 'exprss\nex\nTea Shop\ntea-shop\neu-wst-1\neu-west-1\n' });
    expect(stderr.replaceAll(/ +\d\.\ds/g, ' 0.0s')).toMatchInlineSnapshot(`
      "  Templates  http        a server of node:http, nothing to install
                   express     Express 5
                   fastify     Fastify 5
                   hono        Hono, on Node
                   spa         a single-page app: files, and no server
                   typescript  TypeScript, without a build step
      ? Template   (http) !            "exprss" is not one of them, did you mean "express"?
      ? Template   (http) ? Name       (shop) !            "Tea Shop" cannot be a name (a-z, 0-9 and dashes, at most 40, a
                   letter first), did you mean "tea-shop"?
      ? Name       (shop) ? Region     (that of your AWS settings) !            "eu-wst-1" is not an AWS region, did you mean "eu-west-1"?
      ? Region     (that of your AWS settings) ✓ Wrote      app.js, package.json, up.json, .gitignore 0.0s
      "
    `);
    expect(stdout).toMatchInlineSnapshot(`
      "  Next       npm install
                   up start      run it here, anew with every edit
                   up --local    deploy to this machine: no account needed
                   up            deploy to AWS
      "
    `);
    expect(filesIn(dir)['up.json']).toBe('{\n  "name": "tea-shop",\n  "regions": ["eu-west-1"]\n}\n');
  });

  test('Enter alone takes what is proposed', async () => {
    const dir = folder();
    await init(dir, { typed: '\n\n\n' });
    expect(filesIn(dir)).toMatchObject({ 'up.json': '{\n  "name": "shop"\n}\n' });
  });

  test('a flag answers its question', async () => {
    const given = { template: 'http' as const, name: 'pets' };
    const { stderr } = await init(folder(), { given, typed: '\n' });
    expect(stderr.match(/^\?.*?\)/gm)).toEqual(['? Region     (that of your AWS settings)']);
  });

  test('Ctrl-C leaves nothing behind, and says so', async () => {
    const dir = folder();
    const played = play(dir, { given: { folder: 'new' } });
    played.stdin.write('\n');
    await until('the second question', () => played.stderr().includes('? Name'));
    await played.interrupt();
    expect(played.stderr()).toMatch(/\nNothing was written\.\n$/);
    expect(readdirSync(dir)).toEqual([]);
    played.stdin.end();
    await expect(played.ended).rejects.toThrow('not answered');
  });

  test('the end of the input is no answer', async () => {
    const dir = folder();
    await expect(init(dir, { typed: 'spa\n' })).rejects.toMatchObject({ code: 'UP_USAGE', next: ['up init --yes'] });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('of an app that is there', () => {
  const manifest = (value: object) => JSON.stringify(value);
  test.each([
    ['gets its name, which is only that of the folder', { 'app.js': server }, {}, { name: 'shop' }],
    [
      'needs nothing where package.json has the name',
      { 'app.js': server, 'package.json': manifest({ name: '@acme/pets' }) },
      {},
      undefined,
    ],
    [
      'gets the region that was asked for',
      { 'app.js': server, 'package.json': manifest({ name: 'pets' }) },
      { flags: { region: 'eu-west-1' } },
      { regions: ['eu-west-1'] },
    ],
    ['gets the name that was asked for', { 'main.go': '' }, { given: { name: 'pets' } }, { name: 'pets' }],
  ])('%s', async (_title, files, how, wanted) => {
    const dir = folder(files);
    const { files: written, template } = await initJson(dir, how);
    expect(template).toBeNull();
    const { 'up.json': config, ...others } = filesIn(dir);
    expect(others).toEqual(files);
    expect(written).toEqual(wanted ? ['up.json'] : []);
    expect(config && JSON.parse(config)).toEqual(wanted);
  });

  test('is told why it is one, on a terminal with two questions', async () => {
    const dir = folder({ 'server.js': server, 'package.json': '{"dependencies":{"express":"5.3.0"}}' });
    const { stdout, stderr } = await init(dir, { typed: '\n\n' });
    expect(stderr).toContain('  Detected   Express: server.js calls listen()\n? Name       (shop) ? Region');
    expect(stdout).toContain('  Next       npm install\n');
  });

  test('is installed by the package manager whose lock file is there', async () => {
    const dir = folder({ 'server.js': server, 'package.json': '{"dependencies":{"a":"1"}}', 'pnpm-lock.yaml': '' });
    expect((await initJson(dir)).next[0]).toBe('pnpm install');
  });
});

describe('never writes over a file', () => {
  test.each([
    ['up.json', { 'up.json': '{}' }, {}, 'up.json is there already', 'up config'],
    ['package.json', { 'package.json': '{}' }, {}, 'package.json is there already', 'up init http-app --template http'],
    ['an app', { 'app.js': server }, { template: 'hono' as const }, 'app.js calls listen()', 'up init hono-app'],
    [
      'several',
      { 'tsconfig.json': '', 'package.json': '{}' },
      { template: 'typescript' as const },
      'package.json, tsconfig.json are there already',
      'up init typescript-app --template typescript',
    ],
  ])('%s', async (_title, files, given, message, hint) => {
    const dir = folder(files);
    const error = await initJson(dir, { given }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UP_INIT_EXISTS', exit: 5, hint: expect.stringContaining(hint) });
    expect(String(error)).toContain(message);
    expect(filesIn(dir)).toEqual(files);
  });

  test.each([
    [
      'manage.py',
      'a Django app (manage.py)',
      '{"proxy": {"command": "python3 -m gunicorn -b 127.0.0.1:$PORT PROJECT.wsgi"}}',
    ],
    ['Gemfile', 'a Ruby app (Gemfile)', '"bundle exec puma'],
    ['Cargo.toml', 'a Rust app (Cargo.toml)', '"./target/release/PROGRAM"'],
    ['composer.json', 'a PHP app (composer.json)', '"php -S'],
    ['config.ru', 'a Ruby app (config.ru)', '"puma -b'],
    ['pom.xml', 'a Java app (pom.xml)', '"java -jar target/PROGRAM.jar"'],
    ['build.gradle.kts', 'a Java app (build.gradle.kts)', '"java -jar build/libs/PROGRAM.jar"'],
    ['pyproject.toml', 'a Python app (pyproject.toml)', '"python3 FILE.py"'],
  ])('nor beside the app that %s is of', async (file, what, command) => {
    const files = { [file]: '', 'requirements.txt': '' };
    const dir = folder(files);
    await expect(initJson(dir)).rejects.toMatchObject({
      code: 'UP_INIT_EXISTS',
      message: `There is an app in this folder: ${what}`,
      hint: expect.stringContaining(command),
      next: ['up init http-app --template http'],
    });
    expect(filesIn(dir)).toEqual(files);
  });

  test.each([
    ['app.rb', 'a Ruby app', '"ruby app.rb"'],
    ['index.php', 'a PHP app', '"php -S 127.0.0.1:$PORT"'],
    ['App.java', 'a Java app', '"java App.java"'],
    ['web.py', 'a Python app', '"python3 web.py"'],
  ])('nor beside the program %s', async (file, what, command) => {
    const dir = folder({ [file]: '' });
    await expect(initJson(dir)).rejects.toMatchObject({
      code: 'UP_INIT_EXISTS',
      message: `There is an app in this folder: ${what} (${file})`,
      hint: expect.stringContaining(command),
    });
    expect(filesIn(dir)).toEqual({ [file]: '' });
  });

  test('an up.json in another folder is said with the way there', async () => {
    const dir = folder({ 'web/up.json': '{}' });
    await expect(initJson(dir, { given: { folder: 'web' } })).rejects.toMatchObject({
      code: 'UP_INIT_EXISTS',
      evidence: `Folder     ${join(dir, 'web')}`,
      next: ['up config -C web', 'up start -C web'],
    });
  });

  test.each(['web', 'web/deep/er'])('a folder that is a file, or below one: %s', async (given) => {
    const dir = folder({ web: 'mine' });
    const error = await initJson(dir, { given: { folder: given } }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UP_INIT_EXISTS', message: expect.stringContaining('web is a file') });
    expect(filesIn(dir)).toEqual({ web: 'mine' });
  });

  test('nor over a link that leads nowhere', async () => {
    const dir = folder();
    symlinkSync('nowhere', join(dir, 'tsconfig.json'));
    await expect(initJson(dir, { given: { template: 'typescript' } })).rejects.toThrow(
      'tsconfig.json is there already',
    );
    expect(readdirSync(dir)).toEqual(['tsconfig.json']);
  });

  test('and keeps a .gitignore', async () => {
    const dir = folder({ '.gitignore': '*.sqlite\n' });
    expect((await initJson(dir)).files).not.toContain('.gitignore');
    expect(filesIn(dir)['.gitignore']).toBe('*.sqlite\n');
  });

  test('what cannot be written whole is taken back, with the folders it made', () => {
    const dir = folder({ 'b.txt': 'mine' });
    const files = ['new/deep/a.txt', 'b.txt', 'c.txt'].map((path) => ({ path, text: 'theirs' }));
    expect(() => writeFiles(dir, files)).toThrow('EEXIST');
    expect(readdirSync(dir)).toEqual(['b.txt']);
    expect(filesIn(dir)).toEqual({ 'b.txt': 'mine' });
  });

  test.runIf(process.getuid?.() !== 0)('a folder that cannot be written is named', async () => {
    const dir = folder();
    chmodSync(dir, 0o500);
    await expect(initJson(dir)).rejects.toMatchObject({ code: 'EACCES' });
    chmodSync(dir, 0o700);
  });
});

test.each([
  [{ given: { name: 'My Shop' } }, '"My Shop" cannot be a name'],
  [{ flags: { region: 'eu-wst-1' } }, '--region: "eu-wst-1" is not an AWS region, did you mean "eu-west-1"?'],
])('a flag nobody can mean is an error: %j', async (how, message) => {
  const dir = folder();
  await expect(initJson(dir, how)).rejects.toThrow(message);
  expect(readdirSync(dir)).toEqual([]);
});
