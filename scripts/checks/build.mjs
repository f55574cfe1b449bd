/**
 * Proves three laws of the package: the same app gives the same bytes whatever time zone, locale, umask, order of
 * directories and Node; no secret that was planted in it ships; no link leads out of it. And that a package which no
 * request can hold goes through the bucket.
 *
 * One file, because every case packs the same planted app.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { build as bundleProgram } from 'esbuild';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, run } from './processes.mjs';
import { requireBuild, root, startPlatform, temporaryDir, up, upResult } from './project.mjs';

/** Of which one file is too large for a request. */
const largeBytes = 41 * 1024 * 1024;
const server = "require('node:http').createServer((req, res) => res.end('hello\\n')).listen(process.env.PORT);\n";

/** Makes a folder of files: `-> target` makes a link, `#!` an executable. */
function makeApp(dir, name, files) {
  const app = join(dir, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    const isLink = typeof content === 'string' && content.startsWith('-> ');
    if (isLink) symlinkSync(content.slice(3), join(app, path));
    else writeFileSync(join(app, path), content, { mode: String(content).startsWith('#!') ? 0o755 : 0o644 });
  }
  return app;
}

// --- the same bytes -----------------------------------------------------------------------------------------------

const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Africa/Monrovia'];
const masks = ['000', '002', '022', '027', '077'];
const locales = ['C', 'C.UTF-8', 'tr_TR.UTF-8', 'sv_SE.UTF-8', 'ja_JP.UTF-8'];

/** A program that packs a folder: detection, bundling, configuration, zip. What a build is, without the command line. */
const packer = `
import { detect } from './cli/build/detect.ts';
import { buildPackage } from './cli/build/package.ts';
import { packagedConfig } from './cli/build/packaged-config.ts';
import { parseConfig } from './config/index.ts';
const [dir, proxyDir, bundle] = process.argv.slice(2);
const { config } = parseConfig('{"name": "app"}', { file: 'up.json' });
const app = await detect(dir, { bundle: bundle === 'true' });
const { sha256 } = await buildPackage({ dir, app, proxyDir, proxyConfig: await packagedConfig(dir, config) });
console.log(sha256);
`;

/** Gives every folder in an order of its own, as another file system would. */
const shuffle = `
import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { readdir } = promises;
let state = Number(process.env.ORDER);
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
promises.readdir = async (...args) => {
  const list = await readdir(...args);
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
};
syncBuiltinESMExports();
`;

async function sameBytes({ sizes }, dir) {
  const files = {
    'package.json': '{"name": "app", "scripts": {"start": "node src/app.ts"}}',
    'src/app.ts': "import { greet } from './greet.ts';\nserver.listen(greet('you') as number);",
    'src/greet.ts': "import { x } from 'x';\nexport const greet = (name: string) => 'ü ' + name + x;",
    'node_modules/x/package.json': '{"name": "x", "main": "index.js"}',
    'node_modules/x/index.js': 'exports.x = 1;',
    'views/I.html': 'I',
    'views/ı.html': 'dotless',
    'views/ä.html': 'umlaut',
    'views/z.html': `${'text '.repeat(5000)}`,
    'run.sh': '#!/bin/sh\n',
    'current.html': '-> views/z.html',
  };
  const program = await makeProgram(dir);
  const nodes = [process.execPath, ...otherNodes()];
  const hashes = new Map();
  const lanes = Array.from({ length: 2 }, (_, lane) => async () => {
    for (let index = lane; index < sizes.builds; index += 2) {
      const order = index % 2 === 0 ? Object.entries(files) : Object.entries(files).reverse();
      const app = makeApp(mkdtempSync(join(dir, 'same-')), 'app', Object.fromEntries(order));
      const node = nodes[index % nodes.length];
      const [TZ, mask] = [zones[index % 5], masks[Math.floor(index / 5) % 5]];
      const LC_ALL = locales[Math.floor(index / 25 + index) % 5];
      const line = `umask ${mask}; exec "$0" --import "$1" "$2" "$3" "$4"`;
      const { code, stdout, stderr } = await run(
        'sh',
        ['-c', line, node, program.shuffle, program.pack, app, join(root, 'dist', 'proxy')],
        { env: { ...cleanEnvironment(), TZ, LC_ALL, LANG: LC_ALL, ORDER: String(index + 1) } },
      );
      require(code === 0, `${node} under ${TZ}, ${mask}, ${LC_ALL} ended with ${code}: ${stderr}`);
      hashes.set(stdout.trim(), `${node}, ${TZ}, ${mask}, ${LC_ALL}`);
      rmSync(dirname(app), { recursive: true });
    }
  });
  await Promise.all(lanes.map((lane) => lane()));
  require(hashes.size === 1, `${hashes.size} different packages: ${JSON.stringify([...hashes])}`);
  return `${sizes.builds} builds on ${nodes.length} Nodes, 1 SHA-256`;
}

/** Inside the repository, so that it finds esbuild. */
async function makeProgram(dir) {
  const banner = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);";
  const { outputFiles } = await bundleProgram({
    stdin: { contents: packer, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['esbuild'],
    mainFields: ['module', 'main'],
    banner: { js: banner },
    write: false,
  });
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  writeFileSync(join(dir, 'pack.mjs'), outputFiles[0].contents);
  writeFileSync(join(dir, 'shuffle.mjs'), shuffle);
  return { pack: join(dir, 'pack.mjs'), shuffle: join(dir, 'shuffle.mjs') };
}

/** Newer Nodes that npx has fetched for other checks. */
function otherNodes() {
  const cache = join(process.env.npm_config_cache ?? join(homedir(), '.npm'), '_npx');
  if (!existsSync(cache)) return [];
  const found = readdirSync(cache).map((name) => join(cache, name, 'node_modules', 'node', 'bin', 'node'));
  return found.filter((path) => existsSync(path)).slice(0, 2);
}

// --- secrets --------------------------------------------------------------------------------------------------------

const secretNames = [
  '.env',
  '.env.local',
  '.env.production',
  '.ENV',
  'prod.env',
  '.aws/credentials',
  '.ssh/id_rsa',
  '.gnupg/secring.gpg',
  '.npmrc',
  '.netrc',
  '.pgpass',
  '.git/config',
  '.git-credentials',
  '.docker/config.json',
  '.kube/config',
  '.pypirc',
  '.vault-token',
  '.htpasswd',
  'server.pem',
  'SERVER.KEY',
  'client.p12',
  'AuthKey.p8',
  'client.pfx',
  'login.ppk',
  'passwords.kdbx',
  'release.jks',
  'debug.keystore',
  'id_rsa',
  'id_rsa_deploy',
  'id_ed25519',
  'id_ecdsa',
  'id_dsa',
  'credentials',
  'credentials.json',
  'service-account.json',
  'serviceAccountKey.json',
  'pets-firebase-adminsdk.json',
  'kubeconfig',
  'service-account-prod.json',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'prod.tfvars',
  '.terraform/state.json',
  '.app.js.swp',
  'app.js~',
];
const secretFolders = ['', 'src/', 'config/prod/'];
/** Kept out of packages of others, whose own certificates ship. */
const secretsInModules = ['.env', '.npmrc', '.git/config', '.aws/credentials', 'id_rsa'];

async function noSecretByName({ sizes }, dir) {
  const canary = randomBytes(12).toString('hex');
  const names = [
    ...secretFolders.flatMap((folder) => secretNames.map((name) => folder + name)),
    ...secretsInModules.map((name) => `node_modules/x/${name}`),
  ].slice(0, sizes.secrets);
  const planted = Object.fromEntries(names.map((name) => [name, canary]));
  const app = makeApp(dir, 'names', { 'app.js': server, 'node_modules/x/index.js': '', ...planted });
  const zip = join(dir, 'names.zip');
  await upResult(['build', '-C', app, '-o', zip]);
  const shipped = unzip(readFileSync(zip)).filter(({ content }) => content.includes(canary));
  expect(
    shipped.map(({ path }) => path),
    [],
    'secrets in the package',
  );
  return `${names.length} planted, 0 packaged`;
}

/** Put together here, so that no file of this project holds one. */
function secretTexts() {
  const random = (length, letters) =>
    Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const both = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const key = (kind) =>
    `-----BEGIN ${kind}-----\n${Array.from({ length: 6 }, () => random(64, both)).join('\n')}\n-----END ${kind}-----\n`;
  return [
    () => `AKIA${random(16, upper)}`,
    () => `ASIA${random(16, upper)}`,
    () => `aws_secret_access_key = ${random(40, both)}`,
    () => key('PRIVATE KEY'),
    () => key('RSA PRIVATE KEY'),
    () => key('EC PRIVATE KEY'),
    () => key('OPENSSH PRIVATE KEY'),
    () => JSON.stringify({ private_key: key('PRIVATE KEY') }),
    () => `ghp_${random(36, both)}`,
    () => `npm_${random(36, both)}`,
    () => `glpat-${random(20, both)}`,
    () => `xoxb-${random(12, '123456789')}-${random(24, both)}`,
    () => `sk_live_${random(24, both)}`,
  ];
}

/** How a secret stands in a file. */
const wrappings = [
  (text) => text,
  (text) => `const value = ${JSON.stringify(text)};\n`,
  (text) => `a=1\r\nsecret=${text}\r\nb=2\r\n`,
  (text) => `# notes\n\n  value: ${text}\n`,
  (text) => Buffer.concat([randomBytes(5000).map((byte) => byte % 32), Buffer.from(`\n${text}\n`)]),
  (text) => `${'// filler\n'.repeat(3000)}/* ${text} */`,
];

async function noSecretByContent({ sizes }, dir) {
  const secrets = secretTexts().flatMap((text) => wrappings.map((wrap) => wrap(text())));
  const planted = Object.fromEntries(
    secrets.slice(0, sizes.secrets).map((text, index) => [`files/f${index}.txt`, text]),
  );
  const app = makeApp(dir, 'content', { 'app.js': server, ...planted });
  const zip = join(dir, 'content.zip');
  const { code, stdout, stderr } = await up(['build', '-C', app, '-o', zip], { env: { CI: 'true' } });
  require(code === 2 && stdout === '' && !existsSync(zip), `ended with ${code}: ${stdout}${stderr}`);
  const missed = Object.keys(planted).filter((path) => !stderr.includes(`${path}:`));
  expect(missed, [], 'secrets nobody was told of');
  for (const text of secrets) require(!stderr.includes(String(text).trim()), 'a secret was printed');
  const allowed = Object.keys(planted).map((path) => `!${path}`);
  writeFileSync(join(app, '.upignore'), allowed.join('\n'));
  await upResult(['build', '-C', app, '-o', zip], { env: { CI: 'true' } });
  return `${secrets.length} planted, 0 packaged, 0 printed; packaged when each is named`;
}

/** The files of a zip, by its directory. */
function unzip(zip) {
  const end = zip.lastIndexOf('PK\x05\x06');
  const files = [];
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed, name] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const header = zip.readUInt32LE(at + 42);
    const data = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const bytes = zip.subarray(data, data + packed);
    const path = zip.toString('utf8', at + 46, at + 46 + name);
    files.push({ path, content: method === 8 ? inflateRawSync(bytes) : bytes });
    at += 46 + name + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

// --- links ----------------------------------------------------------------------------------------------------------

/** Where the link stands, and what imports it where that makes it part of a bundle. */
const places = [
  { link: 'data.txt' },
  { link: 'public/deep/down/data.txt' },
  { link: 'node_modules/evil' },
  { link: 'node_modules/@scope/evil' },
  { link: 'ünï code' },
];

/** What it says; `outside` is a folder with a secret beside the app. */
const targets = [
  (outside) => join(outside, 'secret.txt'),
  (outside) => outside,
  (_outside, up) => `${up}../names/../outside/secret.txt`,
  (_outside, up) => `${up}../outside`,
  (_outside, up) => `${up}node_modules/../../outside/secret.txt`,
  () => '/etc/passwd',
  () => '/proc/self/environ',
  () => '/dev/zero',
  () => '/',
  (_outside, up) => `${up}hop/secret.txt`,
  () => 'nowhere',
];

async function noLinkOut({ sizes }, dir) {
  const outside = join(dir, 'outside');
  const canary = randomBytes(12).toString('hex');
  makeApp(dir, 'outside', {
    'secret.txt': canary,
    'index.js': `module.exports = '${canary}';`,
    'x.ts': `export const x = '${canary}';`,
  });
  const bundled = [
    { link: 'src/x.ts', target: join(outside, 'x.ts'), source: "import { x } from './x.ts';" },
    { link: 'src/lib', target: outside, source: "import { x } from './lib/x.ts';" },
    { link: 'node_modules/evil', target: outside, source: "import x from 'evil';" },
    { link: 'src/real.ts', target: join(outside, 'x.ts'), source: null },
  ];
  const plain = targets.flatMap((target) => places.map(({ link }) => ({ link, target })));
  let refused = 0;
  const attacks = [...bundled, ...plain].slice(0, sizes.links);
  const lanes = Array.from({ length: 2 }, (_, lane) => async () => {
    for (let index = lane; index < attacks.length; index += 2) {
      const { link, target, source } = attacks[index];
      const said = typeof target === 'function' ? target(outside, '../'.repeat(link.split('/').length - 1)) : target;
      const name = `link-${index}`;
      const isTyped = source !== undefined;
      const app = makeApp(dir, name, {
        ...(isTyped ? { 'src/app.ts': `${source ?? ''}\nserver.listen(x);` } : { 'app.js': server }),
        'node_modules/x/index.js': '',
        ...(said.includes('hop/') && { hop: `-> ${outside}` }),
        [link]: `-> ${said}`,
        ...(source === null && { 'package.json': '{"scripts": {"start": "node src/real.ts"}}' }),
      });
      const zip = join(dir, `${name}.zip`);
      const { code, stderr } = await up(['build', '-C', app, '-o', zip, '--json']);
      require(code === 1 &&
        stderr.includes('"UP_PACKAGE_SYMLINK"'), `${link} -> ${said} ended with ${code}: ${stderr}`);
      require(!existsSync(zip) && !stderr.includes(canary), `${link} -> ${said} was followed`);
      refused++;
    }
  });
  await Promise.all(lanes.map((lane) => lane()));
  return `${refused} refused, 0 followed`;
}

// --- the bucket -----------------------------------------------------------------------------------------------------

async function largePackage(check, dir) {
  const { env } = await startPlatform(check);
  const app = makeApp(dir, 'large', {
    'app.js': server,
    'up.json': '{"name": "large"}',
    'model.bin': randomBytes(largeBytes),
  });
  const url = await upResult(['--local', '-C', app], { env });
  expect(await (await fetch(url)).text(), 'hello\n', 'the answer');
  const { stderr } = await up(['production', '--local', '-C', app, '--no-check'], { env });
  require(/updated function/.test(stderr) && !/artifact/.test(stderr), `sent again: ${stderr}`);
  return 'deployed through the bucket, and to another stage without sending it again';
}

await runCheck(
  'build',
  120,
  async (check) => {
    await requireBuild();
    const dir = temporaryDir(check);
    await check.case('the same bytes', () => sameBytes(check, dir));
    await check.case('no secret by its name', () => noSecretByName(check, dir));
    await check.case('no secret by what is in it', () => noSecretByContent(check, dir));
    await check.case('no link out of the app', () => noLinkOut(check, dir));
    await check.case('a package too large for a request', () => largePackage(check, dir));
  },
  { builds: 100, secrets: 200, links: 50 },
);
