import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { deflateVersion } from '../../cli/build/deflate.ts';
import { detect } from '../../cli/build/detect.ts';
import { runHook } from '../../cli/build/hooks.ts';
import { hasGo } from '../support/go.ts';
import { emptyFolder, type Files, pack, project, proxyFiles, root } from './project.ts';

const files: Files = {
  'app.js': `http.createServer().listen(3000);${'// some text to deflate\n'.repeat(500)}`,
  'a/z.txt': 'z',
  'a.txt': 'a',
  'B.txt': 'b',
  'ä.txt': 'umlaut',
  'run.sh': '#!/bin/sh\n',
  'node_modules/x/index.js': 'module.exports = 1',
  'node_modules/.bin/x': '-> ../x/index.js',
};

const shuffled: Files = Object.fromEntries(Object.entries(files).reverse());

describe('the same app gives the same bytes', () => {
  it('twice', async () => {
    const dir = project(files);
    expect((await pack(dir)).zip.equals((await pack(dir)).zip)).toBe(true);
  });

  it('in another folder, made in another order', async () => {
    expect((await pack(project(shuffled))).sha256).toBe((await pack(project(files))).sha256);
  });

  it('with other times and other modes', async () => {
    const dir = project(files);
    const before = (await pack(dir)).sha256;
    for (const path of ['app.js', 'a.txt', 'run.sh']) utimesSync(join(dir, path), 1, 2_000_000_000);
    chmodSync(join(dir, 'app.js'), 0o600);
    chmodSync(join(dir, 'a.txt'), 0o664);
    chmodSync(join(dir, 'run.sh'), 0o711);
    expect((await pack(dir)).sha256).toBe(before);
  });

  it('for TypeScript', async () => {
    const sources = {
      'src/app.ts': "import { x } from './x.ts';\nserver.listen(x);",
      'src/x.ts': 'export const x: number = 1;',
    };
    const [one, other] = [await pack(project(sources)), await pack(project(sources))];
    expect(one.sha256).toBe(other.sha256);
    expect(one.maps).toEqual(other.maps);
  });

  it.skipIf(!(process.env.UP_TEST_LANGUAGES && hasGo()))(
    'for Go',
    async () => {
      const hashes: string[] = [];
      for (let time = 0; time < 2; time++) {
        const dir = emptyFolder();
        cpSync(join(root, 'examples/go'), dir, { recursive: true });
        await runHook('build', (await detect(dir)).buildCommands, { dir });
        hashes.push((await pack(dir)).sha256);
      }
      expect(new Set(hashes).size).toBe(1);
    },
    120_000,
  );

  it('and other bytes for another app', async () => {
    const hashes = [files, { ...files, 'a.txt': 'b' }, { ...files, 'run.sh': 'no script' }].map(
      async (variant) => (await pack(project(variant))).sha256,
    );
    expect(new Set(await Promise.all(hashes)).size).toBe(3);
  });
});

/** A program of its own: time zone and locale are fixed when a process starts. */
const program = `
import { detect } from './cli/build/detect.ts';
import { buildPackage } from './cli/build/package.ts';
const [dir, proxyDir] = process.argv.slice(2);
const { sha256 } = await buildPackage({ dir, app: await detect(dir), proxyDir, proxyConfig: { version: 1, stages: {} } });
console.log(sha256);
`;

describe('in another process, the same bytes', () => {
  const script = join(emptyFolder(), 'pack.mjs');
  const proxyDir = project(proxyFiles);
  let expected = '';

  beforeAll(async () => {
    const banner = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);";
    await build({
      stdin: { contents: program, resolveDir: root, loader: 'ts' },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['esbuild'],
      mainFields: ['module', 'main'],
      banner: { js: banner },
    });
    expected = run('', {});
  });

  function run(before: string, env: NodeJS.ProcessEnv): string {
    const command = `${before} "$NODE" "$SCRIPT" "$DIR" "$PROXY"`;
    const given = { NODE: process.execPath, SCRIPT: script, DIR: project(files), PROXY: proxyDir };
    return execFileSync('sh', ['-c', command], { env: { ...process.env, ...given, ...env } })
      .toString()
      .trim();
  }

  it.each([
    'UTC',
    'America/Los_Angeles',
    'Asia/Kolkata',
    'Pacific/Kiritimati',
    'Africa/Monrovia',
  ])('in the time zone %s', (TZ) => {
    expect(run('', { TZ })).toBe(expected);
  });

  it.each(['umask 000;', 'umask 027;', 'umask 077;'])('under %s', (umask) => {
    expect(run(umask, {})).toBe(expected);
  });

  it.each(['C', 'tr_TR.UTF-8', 'sv_SE.UTF-8'])('in the locale %s', (LC_ALL) => {
    expect(run('', { LC_ALL, LANG: LC_ALL })).toBe(expected);
  });
});

it('the bytes are those of every other machine', async () => {
  // Pinned: another value here means that every app deployed so far would be deployed anew.
  const dir = project({ 'app.js': files['app.js'] ?? '' });
  writeFileSync(join(dir, 'b.txt'), 'b');
  expect((await pack(dir)).sha256).toBe('boK73HGemZ1O+pOoOyHKZZJGPp0yCV1MX6BdWhvPCtI=');
});

it('what was deflated earlier is not taken for what another zlib gives', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(deflateVersion).toMatch(new RegExp(`^zip.js ${devDependencies['@zip.js/zip.js']} `));
});
