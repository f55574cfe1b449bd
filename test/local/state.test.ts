import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../local/model.ts';
import { openStore } from '../../local/state.ts';
import { makeZip, makeZipOf } from '../fakes/zip.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-state-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

function role(name: string): Role {
  return {
    RoleName: name,
    RoleId: 'AROA',
    Arn: `arn:aws:iam::000000000000:role/${name}`,
    Path: '/',
    CreateDate: '2026-01-01T00:00:00Z',
    AssumeRolePolicyDocument: '{}',
    Tags: {},
    policies: {},
  };
}

describe('the state file', () => {
  test('comes back after a restart', async () => {
    const store = await openStore(dir);
    store.state.roles.one = role('one');
    await store.save();
    expect((await openStore(dir)).state.roles.one).toEqual(role('one'));
  });

  test('is in a folder that only its owner can enter', async () => {
    const inner = join(dir, 'a', 'b');
    const store = await openStore(inner);
    await store.save();
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    expect((await stat(join(inner, 'state.json'))).mode & 0o777).toBe(0o600);
  });

  test('holds every change that was made before save was called, however many saves overlap', async () => {
    const store = await openStore(dir);
    const saves = Array.from({ length: 200 }, async (_, index) => {
      store.state.roles[`role-${index}`] = role(`role-${index}`);
      await store.save();
      const written = JSON.parse(await readFile(join(dir, 'state.json'), 'utf8'));
      expect(written.roles).toHaveProperty(`role-${index}`);
    });
    await Promise.all(saves);
    expect(Object.keys((await openStore(dir)).state.roles)).toHaveLength(200);
  });

  test('shares writes between saves that overlap', async () => {
    const store = await openStore(dir);
    await Promise.all(Array.from({ length: 50 }, () => store.save()));
    expect((await readdir(dir)).sort()).toEqual(['code', 'state.json']);
  });

  test('reports a write that failed and writes again at the next save', async () => {
    const store = await openStore(dir);
    await rm(dir, { recursive: true });
    await expect(store.save()).rejects.toThrow('ENOENT');
    await openStore(dir);
    await expect(store.save()).resolves.toBeUndefined();
  });

  test('leaves nothing behind of a write that failed', async () => {
    const store = await openStore(dir);
    // As with a disk that is full: the new generation is written, and cannot take the place of the old one.
    await mkdir(join(dir, 'state.json', 'in the way'), { recursive: true });
    await expect(store.save()).rejects.toThrow();
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a temporary file of a killed process is ignored and removed', async () => {
    const store = await openStore(dir);
    store.state.roles.one = role('one');
    await store.save();
    const leftover = join(dir, 'state.0123456789abcdef.tmp');
    await writeFile(leftover, '{"version":1,"roles":{');
    await utimes(leftover, 0, 0);
    const again = await openStore(dir);
    expect(again.state.roles).toHaveProperty('one');
    expect(again.recovered).toBeNull();
    expect(await readdir(dir)).not.toContain('state.0123456789abcdef.tmp');
  });

  test('a damaged file is set aside and the generation before it taken', async () => {
    const store = await openStore(dir);
    store.state.roles.one = role('one');
    await store.save();
    store.state.roles.two = role('two');
    await store.save();
    await writeFile(join(dir, 'state.json'), '{"version":1,"roles":{"one":');
    const again = await openStore(dir);
    expect(Object.keys(again.state.roles)).toEqual(['one']);
    expect(await readFile(again.recovered!, 'utf8')).toBe('{"version":1,"roles":{"one":');
  });

  test('a damaged file without a generation before it is refused and left alone', async () => {
    await openStore(dir);
    await writeFile(join(dir, 'state.json'), 'nonsense');
    await expect(openStore(dir)).rejects.toThrow(/state\.json is damaged/);
    expect(await readFile(join(dir, 'state.json'), 'utf8')).toBe('nonsense');
  });

  test.each<[string, object | null]>([
    ['nothing of', null],
    ['no latest version of', { versions: {}, aliases: {} }],
    ['a version without code of', { latest: { CodeSha256: 'x' }, versions: { 1: {} }, aliases: {} }],
  ])('a file with %s a function is damaged', async (_, fn) => {
    await openStore(dir);
    const state = { version: 1, roles: {}, apis: {}, logGroups: {}, functions: { app: fn } };
    await writeFile(join(dir, 'state.json'), JSON.stringify(state));
    await expect(openStore(dir)).rejects.toThrow(/state\.json is damaged/);
  });

  test('survives kill -9 in the middle of many saves', async () => {
    const contents = `
      import { openStore } from './local/state.ts';
      async function main() {
        const store = await openStore(${JSON.stringify(dir)});
        for (let n = 0; ; n++) {
          store.state.logGroups['g' + n] = { logGroupName: 'g' + n, creationTime: n, tags: {} };
          await store.save();
          if (n === 40) process.kill(process.pid, 'SIGKILL');
          void store.save();
        }
      }
      void main();`;
    const outfile = join(dir, 'kill.cjs');
    const stdin = { contents, resolveDir: join(import.meta.dirname, '../..') };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
    const result = await promisify(execFile)(process.execPath, [outfile]).catch((error) => error);
    expect(result.signal).toBe('SIGKILL');
    expect(Object.keys((await openStore(dir)).state.logGroups).length).toBeGreaterThanOrEqual(41);
  });

  test('names from Object.prototype are ordinary names', async () => {
    const store = await openStore(dir);
    expect(store.state.functions.constructor).toBeUndefined();
    const name = '__proto__';
    store.state.roles[name] = role(name);
    await store.save();
    const { state } = await openStore(dir);
    expect(Object.keys(state.roles)).toEqual(['__proto__']);
    expect(state.functions.toString).toBeUndefined();
  });
});

describe('packages', () => {
  const unusable = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

  test('are named by the SHA-256 of the zip in base64, as Lambda does', async () => {
    const store = await openStore(dir);
    const zip = makeZip({ 'index.js': 'hello' });
    const code = await store.putCode(zip);
    expect(code).toEqual({ CodeSha256: createHash('sha256').update(zip).digest('base64'), CodeSize: zip.length });
    expect(await store.readCode(code.CodeSha256)).toEqual(zip);
  });

  test('keep paths, contents and modes', async () => {
    const store = await openStore(dir);
    const files = { 'a/b/c.txt': 'deep', 'run.sh': { text: '#!/bin/sh', mode: 0o100755 }, 'empty/': '' };
    const { CodeSha256 } = await store.putCode(makeZip(files));
    const folder = store.code(CodeSha256);
    expect(await readFile(join(folder, 'a/b/c.txt'), 'utf8')).toBe('deep');
    expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder, 'a/b/c.txt'))).mode & 0o777).toBe(0o644);
    expect((await stat(join(folder, 'empty'))).isDirectory()).toBe(true);
  });

  test('keep symbolic links that stay inside and drop those that leave', async () => {
    const store = await openStore(dir);
    const link = (text: string) => ({ text, mode: 0o120777 });
    const { CodeSha256 } = await store.putCode(
      makeZip({
        'lib/real.js': 'x',
        'bin/good': link('../lib/real.js'),
        'bin/up': link('../../outside'),
        'bin/absolute': link('/etc/passwd'),
        'a/b/root': link('../..'),
        'a/sneaky': link('b/root/../../..'),
        dangling: link('nowhere'),
      }),
    );
    const folder = store.code(CodeSha256);
    expect(await readlink(join(folder, 'bin/good'))).toBe('../lib/real.js');
    expect(await readlink(join(folder, 'dangling'))).toBe('nowhere');
    for (const gone of ['bin/up', 'bin/absolute', 'a/sneaky'])
      await expect(lstat(join(folder, gone))).rejects.toThrow();
  });

  test.each<[string, Buffer, string]>([
    ['a name that climbs out', makeZip({ '../evil': 'x' }), unusable],
    ['a name that climbs out from below', makeZip({ 'a/../../evil': 'x' }), unusable],
    ['an absolute name', makeZip({ '/etc/evil': 'x' }), unusable],
    ['a Windows path', makeZip({ '..\\evil': 'x' }), unusable],
    ['a drive letter', makeZip({ 'c:/evil': 'x' }), unusable],
    [
      'a file below a link',
      makeZipOf([
        ['a', { text: 'b', mode: 0o120777 }],
        ['b/c', 'x'],
        ['a/evil', 'x'],
      ]),
      unusable,
    ],
    ['a file below a file', makeZip({ a: 'x', 'a/b': 'y' }), unusable],
    ['a lie about the size', makeZip({ a: { text: 'x'.repeat(1000), size: 10 } }), unusable],
    ['no zip at all', Buffer.from('this is not a zip'), unusable],
    ['a torn zip', makeZip({ a: 'x'.repeat(1000) }).subarray(0, 60), unusable],
    ['nothing', Buffer.alloc(0), 'Uploaded file must be a non-empty zip'],
    ['no entries', makeZip({}), 'Uploaded file must be a non-empty zip'],
    [
      'too much',
      makeZip({ a: { text: 'x', size: 262_144_000 } }),
      'Unzipped size must be smaller than 262144000 bytes',
    ],
  ])('with %s are refused and leave nothing behind', async (_, zip, message) => {
    const store = await openStore(dir);
    await expect(store.putCode(zip)).rejects.toMatchObject({ code: 'InvalidParameterValueException', message });
    expect(await readdir(join(dir, 'code'))).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual(['code']);
  });

  test('of two entries with one name the later counts', async () => {
    const store = await openStore(dir);
    const { CodeSha256 } = await store.putCode(
      makeZipOf([
        ['a', 'first'],
        ['a', 'second'],
      ]),
    );
    expect(await readFile(join(store.code(CodeSha256), 'a'), 'utf8')).toBe('second');
  });

  test('that are sent twice, at once, are stored once', async () => {
    const store = await openStore(dir);
    const zip = makeZip({ a: 'x' });
    const codes = await Promise.all([store.putCode(zip), store.putCode(zip), store.putCode(zip)]);
    expect(new Set(codes.map(({ CodeSha256 }) => CodeSha256)).size).toBe(1);
    expect(await readdir(join(dir, 'code'))).toHaveLength(2);
  });

  test('that no version refers to are collected, with the remains of killed processes', async () => {
    const store = await openStore(dir);
    const kept = await store.putCode(makeZip({ a: 'kept' }));
    const gone = await store.putCode(makeZip({ a: 'gone' }));
    await writeFile(join(dir, 'code', 'abc.tmp'), '');
    const version = { CodeSha256: kept.CodeSha256 };
    const fn = { latest: version, versions: {} };
    Object.assign(store.state.functions, { fn });
    await store.collect();
    expect(await readFile(join(store.code(kept.CodeSha256), 'a'), 'utf8')).toBe('kept');
    await expect(store.readCode(gone.CodeSha256)).rejects.toThrow('ENOENT');
    expect(await readdir(join(dir, 'code'))).toHaveLength(2);
  });

  test('that are being taken in are not collected', async () => {
    const store = await openStore(dir);
    const take = async () => {
      const code = await store.putCode(makeZip({ a: 'new' }));
      Object.assign(store.state.functions, { fn: { latest: code, versions: {} } });
      return code;
    };
    const [code] = await Promise.all([take(), store.collect()]);
    expect((await store.readCode(code.CodeSha256)).length).toBe(code.CodeSize);
  });
});
