import { describe, expect, it } from 'vitest';
import { compileRules, type Verdict } from '../../cli/build/ignore.ts';
import { type Files, pack, project } from './project.ts';

const none = new Set<string>();

describe('without .upignore', () => {
  const table: readonly [string, Verdict][] = [
    ['app.js', 'ship'],
    ['test/app.test.js', 'ship'],
    ['docs/readme.md', 'ship'],
    ['.well-known/security.txt', 'ship'],
    ['public/.well-known/', 'ship'],
    ['.gitignore', 'leave'],
    ['.git/', 'leave'],
    ['.up/', 'leave'],
    ['.upignore', 'leave'],
    ['up.json', 'leave'],
    ['_redirects', 'leave'],
    ['api/up.json', 'ship'],
    ['out.zip', 'leave'],
    ['public/download.zip', 'ship'],
    ['app.js.swp', 'leave'],
    ['#app.js#', 'leave'],
    ['app.js~', 'leave'],
    ['logs/npm-debug.log', 'leave'],
    ['.env', 'secret'],
    ['.env.production', 'secret'],
    ['config/prod.env', 'secret'],
    ['config/.env.local', 'secret'],
    ['.ENV', 'secret'],
    ['.env.example', 'leave'],
    ['.npmrc', 'secret'],
    ['.aws/', 'secret'],
    ['certs/server.pem', 'secret'],
    ['certs/SERVER.KEY', 'secret'],
    ['certifi/cacert.pem', 'ship'],
    ['lib/pip/_vendor/certifi/cacert.pem', 'ship'],
    ['botocore/cacert.pem', 'ship'],
    ['vendor/composer/ca-bundle/res/cacert.pem', 'ship'],
    ['grpc/_cython/_credentials/roots.pem', 'ship'],
    ['certs/roots.pem', 'secret'],
    ['certifi/cakey.pem', 'secret'],
    ['id_rsa', 'secret'],
    ['id_ed25519_deploy', 'secret'],
    ['id_ecdsa', 'secret'],
    ['id_rsa.pub', 'leave'],
    ['certs/server.p12', 'secret'],
    ['server.pfx', 'secret'],
    ['AuthKey_1.p8', 'secret'],
    ['app/release.jks', 'secret'],
    ['debug.keystore', 'secret'],
    ['credentials', 'secret'],
    ['config/credentials', 'secret'],
    ['config/credentials.json', 'secret'],
    ['src/credentials/', 'ship'],
    ['src/credentials/index.js', 'ship'],
    ['src/credentials.js', 'ship'],
    ['service-account.json', 'secret'],
    ['serviceAccountKey.json', 'secret'],
    ['pets-firebase-adminsdk-x1.json', 'secret'],
    ['kubeconfig', 'secret'],
    ['config/service-account-prod.json', 'secret'],
    ['service-account.js', 'ship'],
    ['infra/terraform.tfstate', 'secret'],
    ['infra/terraform.tfstate.backup', 'secret'],
    ['infra/.terraform/', 'secret'],
    ['node_modules/x/credentials', 'ship'],
    ['node_modules/x/test.p12', 'ship'],
    ['keys.js', 'ship'],
    ['node_modules/', 'ship'],
    ['node_modules/.bin/', 'ship'],
    ['node_modules/.bin/next', 'ship'],
    ['node_modules/.prisma/client/index.js', 'ship'],
    ['node_modules/.cache/', 'leave'],
    ['node_modules/.package-lock.json', 'leave'],
    ['node_modules/rds/global-bundle.pem', 'ship'],
    ['node_modules/x/.env', 'leave'],
    ['node_modules/x/.npmrc', 'leave'],
    ['node_modules/x/dist/index.js', 'ship'],
  ];
  it.each(table)('%s: %s', (path, verdict) => expect(compileRules('', none)(path)).toBe(verdict));
});

describe('.upignore', () => {
  const table: readonly [patterns: string, path: string, Verdict][] = [
    ['dist', 'dist/', 'leave'],
    ['dist', 'node_modules/x/dist/index.js', 'ship'],
    ['*.md', 'node_modules/x/readme.md', 'ship'],
    ['node_modules/**/*.md', 'node_modules/x/readme.md', 'leave'],
    ['node_modules/aws-sdk', 'node_modules/aws-sdk/', 'leave'],
    ['node_modules', 'node_modules/', 'leave'],
    ['/build', 'src/build/', 'ship'],
    ['# comment\n\n*.psd', 'a.psd', 'leave'],
    ['*.pem', 'certifi/cacert.pem', 'leave'],
    ['/certifi/cacert.pem', 'certifi/cacert.pem', 'leave'],
    ['*.psd\r\n!keep.psd\r\n', 'keep.psd', 'ship'],
    ['Dist', 'dist/', 'ship'],
    ['!.env.production', '.env.production', 'ship'],
    ['!.env.production', '.env', 'secret'],
    ['!certs/*.pem', 'certs/ca.pem', 'ship'],
    ['!/config/credentials.json', 'config/credentials.json', 'ship'],
    ['credentials', 'credentials/', 'leave'],
    ['!.eslintrc', '.eslintrc', 'ship'],
    ['!.*', '.eslintrc', 'ship'],
    ['!.*', '.env', 'secret'],
    ['!**', '.env', 'secret'],
    ['!certs/**', 'certs/ca.pem', 'secret'],
    ['*\n!server', 'server', 'ship'],
    ['*\n!server', 'app.js', 'leave'],
    ['*\n!server', 'node_modules/', 'leave'],
    ['!.*\n!.up/**', '.up/', 'leave'],
    ['!.*\n!.up/**', '.up/local/keys', 'leave'],
    ['!.*', 'docs/.up/notes', 'ship'],
  ];
  it.each(table)('%j, %s: %s', (patterns, path, verdict) => expect(compileRules(patterns, none)(path)).toBe(verdict));
});

describe('a bundled app', () => {
  const table: readonly [string, Verdict][] = [
    ['node_modules/', 'leave'],
    ['src/app.ts', 'leave'],
    ['src/page.tsx', 'leave'],
    ['types.d.ts', 'leave'],
    ['views/index.html', 'ship'],
    ['package.json', 'ship'],
  ];
  it.each(table)('%s: %s', (path, verdict) => expect(compileRules('', none, { bundled: true })(path)).toBe(verdict));
});

describe('a Rust app', () => {
  const built = {
    'src/main.rs': 'fn main() {}',
    'target/release/shop': '#!/bin/sh',
    'target/release/shop.d': '',
    'target/release/deps/libtokio-1f.rlib': '',
    'target/release/build/ring-1f/output': '',
    'target/debug/incremental/shop-1f/dep-graph.bin': '',
    'target/x86_64-unknown-linux-musl/release/deps/shop-1f': '#!/bin/sh',
    'target/x86_64-unknown-linux-musl/release/shop': '#!/bin/sh',
  };
  const programs = ['target/release/shop', 'target/x86_64-unknown-linux-musl/release/shop'];
  const command = './target/release/shop';

  async function targetsOf(files: Files): Promise<string[]> {
    const { files: found } = await pack(project(files), { command });
    return found.map(({ path }) => path).filter((path) => path.startsWith('target/'));
  }

  it('ships without what cargo makes on the way to its programs', async () => {
    expect(await targetsOf({ ...built, 'Cargo.toml': '[package]' })).toEqual(programs);
  });

  it('is told by its Cargo.toml: another one may mean something else by these names', async () => {
    expect(await targetsOf(built)).toHaveLength(7);
  });

  it('has back what .upignore names', async () => {
    const files = { ...built, 'Cargo.toml': '[package]', '.upignore': '!/target/release/build' };
    expect(await targetsOf(files)).toEqual(['target/release/build/ring-1f/output', ...programs]);
  });
});

describe('a site', () => {
  it('has no use for packages, and for all else of its files', () => {
    const rules = compileRules('', none, { site: true });
    expect(['node_modules/', 'src/app.ts', 'index.html'].map(rules)).toEqual(['leave', 'ship', 'ship']);
  });
});

describe('development dependencies', () => {
  const packages = {
    '': { devDependencies: { typescript: '5' } },
    'node_modules/express': {},
    'node_modules/typescript': { dev: true },
    'node_modules/@types/node': { dev: true },
    'node_modules/express/node_modules/debug': { dev: true },
    'node_modules/maybe': { devOptional: true },
  };
  const files = {
    'app.js': '',
    'node_modules/express/index.js': '',
    'node_modules/express/node_modules/debug/index.js': '',
    'node_modules/typescript/bin/tsc': '#!/usr/bin/env node',
    'node_modules/@types/node/index.d.ts': '',
    'node_modules/maybe/index.js': '',
    'node_modules/.bin/tsc': '-> ../typescript/bin/tsc',
    'node_modules/.bin/express': '-> ../express/index.js',
  };
  const shipped = ['node_modules/.bin/express', 'node_modules/express/index.js', 'node_modules/maybe/index.js'];

  it.each([
    'package-lock.json',
    'node_modules/.package-lock.json',
  ])('stay behind by %s, with their commands', async (lock) => {
    const { files: found, warnings } = await pack(
      project({ ...files, [lock]: JSON.stringify({ lockfileVersion: 3, packages }) }),
    );
    expect(found.map(({ path }) => path).filter((path) => path.startsWith('node_modules'))).toEqual(shipped);
    expect(warnings).toEqual([]);
  });

  it.each([
    '',
    '{',
    'null',
    '{"packages":[]}',
    '{"packages":{"node_modules/express":null}}',
  ])('ship when the lock file says %j', async (lock) => {
    const { files: found } = await pack(project({ ...files, 'package-lock.json': lock }));
    expect(found.map(({ path }) => path)).toContain('node_modules/typescript/bin/tsc');
  });
});
