/** What `npm install up` brings: every file of it, its weight, and the licences of what is bundled. `npm test` builds before. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Move them when a change is worth its bytes, and say in the commit what they buy. */
const expectedKb = { packed: 1370, unpacked: 6085 };
const tolerance = 0.04;

/** All that may be in it, file by file. */
const wanted: readonly RegExp[] = [
  /^(?:package\.json|up\.json\.example|README\.md|CHANGELOG\.md|LICENSE)$/,
  // Errors and pages of help name them, and the package is all that an installation has.
  /^docs\/[a-z-]+\.md$/,
  /^docs\/README\.md$/,
  /^docs\/permissions\.json$/,
  /^dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^dist\/cli\/deflate\.wasm$/,
  /^dist\/cli\/(?:main|node-runtime|deflate-worker|[\w.-]+-[A-Z0-9]{8})\.js$/,
  /^dist\/proxy\/(?:bootstrap|start\.bash|handler\.mjs|(?:on-demand|preload|proxy|runtime)\.cjs)$/,
  /^dist\/runtime\/index\.(?:js|cjs|d\.ts|d\.cts)$/,
  /^dist\/inspector\/(?:index\.html|style\.css|[a-z]+\.js)$/,
  /^schema\/up\.schema\.json$/,
  /^templates\/[a-z]+\/(?:(?:package|tsconfig|up)\.json|(?:(?:public|src)\/)?[a-z]+\.(?:js|ts|html|css))$/,
];

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

describe('the package', () => {
  let packed: Packed;
  beforeAll(async () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: root, maxBuffer: 16 << 20 });
    // npm 11 gives a list; from 12 on it is one object for each name.
    const all = JSON.parse(stdout) as readonly Packed[] | Readonly<Record<string, Packed>>;
    packed = Object.values(all)[0] as Packed;
  });

  test('holds what it needs and nothing else', () => {
    const names = packed.files.map(({ path }) => path);
    expect(names.filter((name) => !wanted.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(wanted.filter((pattern) => !names.some((name) => pattern.test(name)))).toEqual([]);
  });

  test('makes executable what is executed', () => {
    const executable = packed.files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path);
    expect(executable.sort()).toEqual(['dist/cli/main.js', 'dist/proxy/bootstrap']);
  });

  test.each([
    ['packed', 'size'],
    ['unpacked', 'unpackedSize'],
  ] as const)(`is as large as it was, %s`, (how, field) => {
    const kb = packed[field] / 1024;
    const message = `${how}: ${kb.toFixed(0)} kB, expected ${expectedKb[how]} ± ${tolerance * 100} % (test/structure/package.test.ts)`;
    expect(Math.abs(kb / expectedKb[how] - 1), message).toBeLessThanOrEqual(tolerance);
  });

  test('needs no script of npm, and nothing but esbuild beside it', () => {
    const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    expect(Object.keys(manifest.dependencies)).toEqual(['esbuild']);
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?(?:install|pack|publish|prepare)/.test(name)),
    ).toEqual([]);
  });
});

describe('the licences of what is bundled', () => {
  const page = readFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, 'utf8');
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, { version: string }>;
  };

  /** By the bundles themselves, read here again: each folder that has a byte in them. */
  const folders = ['cli', 'proxy'].flatMap((name) => {
    const { outputs } = JSON.parse(readFileSync(`${root}dist/${name}.meta.json`, 'utf8')) as {
      outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
    };
    const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
    return inputs.flatMap(([path, { bytesInOutput }]) => {
      const folder =
        path.slice(0, path.lastIndexOf('node_modules/')) +
        (/node_modules\/(?:@[^/]+\/)?[^/]+(?!.*node_modules\/)/.exec(path)?.[0] ?? '');
      return bytesInOutput > 0 && path.includes('node_modules/') ? [folder] : [];
    });
  });
  const names = [...new Set(folders)].sort();

  test('are there for each package, by its name and version', () => {
    expect(names.length).toBeGreaterThan(20);
    const lines = new Set(page.split('\n').map((line) => line.replace(/ \([^)]+\)$/, '')));
    const missing = names.filter(
      (name) => !lines.has(`${name.replace(/.*node_modules\//, '')} ${packages[name]?.version}`),
    );
    expect(missing).toEqual([]);
  });

  test('let it be passed on, and are whole', () => {
    const headings = [...page.matchAll(/^\S+ \d+\.\d+\.\d+\S* \((.+)\)$/gm)].map(([, license]) => license);
    expect([...new Set(headings)].sort()).toEqual(['Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT']);
    const sections = page.split(`\n${'-'.repeat(80)}\n`).slice(1);
    const text = /Permission is hereby granted|Permission to use, copy, modify|Apache License|Redistribution and use/;
    expect(sections.filter((section) => !text.test(section))).toEqual([]);
  });
});
