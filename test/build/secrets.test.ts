import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { compileNamed } from '../../cli/build/ignore.ts';
import { buildPackage } from '../../cli/build/package.ts';
import { wrapList } from '../../cli/build/report.ts';
import { findSecrets } from '../../cli/build/secrets.ts';
import { isCi } from '../../cli/io.ts';
import { pack, project, proxyConfig, proxyFiles } from './project.ts';

const app = 'http.createServer().listen(3000)';
const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const legacy = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});

/** Put together here, so that no file of this project holds one. */
const secret = {
  access: `AKIA${'Q7ZTMN2KLWXY4RVB'}`,
  aws: randomBytes(30).toString('base64').replaceAll('=', 'a'),
  github: `ghp_${'a1B2'.repeat(9)}`,
  npm: `npm_${'x9Yz'.repeat(9)}`,
  slack: `xoxb-${'123456789012'}-${'abcdefghijklmnop'}`,
  stripe: `sk_live_${'a1b2c3d4e5f6g7h8i9j0'}`,
};

describe('a secret in a file is found', () => {
  const table: readonly [kind: string, text: string][] = [
    ['AWS access key', `const id = '${secret.access}';`],
    ['AWS secret key', `aws_secret_access_key = ${secret.aws}`],
    ['AWS secret key', `{"AwsSecretAccessKey": "${secret.aws}"}`],
    ['private key', String(key)],
    ['private key', String(legacy)],
    ['private key', JSON.stringify({ private_key: key })],
    ['private key', `const key = '${String(key).trimEnd().split('\n').join("' +\n  '\\n")}';`],
    ['GitHub token', `token: ${secret.github}`],
    ['npm token', secret.npm],
    ['Slack token', secret.slack],
    ['Stripe key', secret.stripe],
  ];
  it.each(table)('%s: %s', (kind, text) => {
    const found = findSecrets('a.js', Buffer.from(`\n\u0000ü\n${text}\n`));
    expect(found).toEqual([{ path: 'a.js', line: 3, kind }]);
  });
});

it('a file may hold many thousands, on lines of their own or on one', async () => {
  const many = 100_000;
  const keys = Array.from({ length: many }, () => secret.access);
  const dir = project({ 'app.js': app, 'column.txt': keys.join('\n'), 'line.txt': keys.join(' ') });
  const { secretsFound } = await pack(dir);
  expect(secretsFound).toHaveLength(2 * many);
  expect([secretsFound[many - 1], secretsFound.at(-1)]).toMatchObject([
    { path: 'column.txt', line: many },
    { path: 'line.txt', line: 1 },
  ]);
});

describe('no secret is', () => {
  const table: readonly [what: string, text: string][] = [
    ['an example of the documents', 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['an example as a setting', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['code that looks for a key', "if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return parse(text);"],
    ['a key cut short', '-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB'],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nMIIB'],
    [
      'base64',
      randomBytes(600)
        .toString('base64')
        .replace(/AKIA|ASIA/g, ''),
    ],
    ['a name of a variable', 'process.env.AWS_SECRET_ACCESS_KEY'],
  ];
  it.each(table)('%s', (_what, text) => expect(findSecrets('a', Buffer.from(text))).toEqual([]));
});

describe('secrets of the package', () => {
  it('are told of in what the app ships, and in its bundle, but not in packages of others', async () => {
    const files = {
      'app.js': `${app}\n// ${secret.access}`,
      'node_modules/x/test/key.js': String(key),
      'docs/old.md': `a\n${secret.github}`,
    };
    expect((await pack(project(files))).secretsFound).toEqual([
      { path: 'app.js', line: 2, kind: 'AWS access key' },
      { path: 'docs/old.md', line: 2, kind: 'GitHub token' },
    ]);
    const typed = project({ 'src/app.ts': `server.listen(3000, '${secret.access}' as string);` });
    expect((await pack(typed)).secretsFound).toEqual([
      { path: 'src/app.cjs', line: expect.any(Number), kind: 'AWS access key' },
    ]);
  });

  it('may ship in a file that .upignore names', async () => {
    const files = { 'app.js': app, 'config/test-key.js': secret.access, '.upignore': '!config/test-key.js' };
    expect((await pack(project(files))).secretsFound).toEqual([]);
  });

  it.each([
    ['!config/key.js', true],
    ['!/config/*.js', true],
    ['config/key.js', false],
    ['!**', false],
    ['!other.js', false],
  ])('%s names config/key.js: %s', (line, is) => expect(compileNamed(line)('config/key.js')).toBe(is));
});

it.each([
  [{ CI: 'true' }, true],
  [{ CI: '1' }, true],
  [{ CI: 'false' }, false],
  [{ CI: '' }, false],
  [{}, false],
])('%j is CI: %s', (env, is) => expect(isCi(env)).toBe(is));

describe('a file that changes while it is packed is refused:', () => {
  const changes: readonly [title: string, change: (file: string) => void][] = [
    ['written to', (file) => appendFileSync(file, 'more')],
    ['removed', (file) => unlinkSync(file)],
    [
      'replaced by another',
      (file) => {
        writeFileSync(`${file}.new`, 'data');
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'replaced by a link',
      (file) => {
        unlinkSync(file);
        symlinkSync('/etc/passwd', file);
      },
    ],
    [
      'replaced by a folder',
      (file) => {
        unlinkSync(file);
        mkdirSync(file);
      },
    ],
    [
      'replaced by a pipe that nobody writes to',
      (file) => {
        unlinkSync(file);
        execFileSync('mkfifo', [file]);
      },
    ],
  ];
  it.each(changes)('%s', async (_title, change) => {
    const dir = project({ 'app.js': app, 'z.txt': 'data' });
    const proxyDir = project(proxyFiles);
    const input = { dir, app: await detect(dir), proxyDir, proxyConfig };
    // The proxy is listed after the app, and before anything is read.
    const late = Object.defineProperty({ ...input }, 'proxyDir', {
      get() {
        change(join(dir, 'z.txt'));
        return proxyDir;
      },
    });
    await expect(buildPackage(late)).rejects.toMatchObject({
      code: 'UP_PACKAGE_CHANGED',
      message: 'z.txt changed while it was packed',
    });
  });
});

it('a list takes as many lines as it needs', () => {
  expect(wrapList(['.aws', '.env', 'certs/server.key', '.npmrc'], 20)).toEqual([
    '.aws, .env',
    'certs/server.key',
    '.npmrc',
  ]);
  expect(wrapList([], 20)).toEqual([]);
});
