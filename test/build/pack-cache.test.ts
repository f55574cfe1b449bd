import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPackCache } from '../../cli/build/pack-cache.ts';
import { walk } from '../../cli/build/walk.ts';
import { type Files, pack, project, unzip } from './project.ts';

const large = 'x'.repeat(2_500_000);
const module = 'node_modules/x/index.js';
const files: Files = {
  'app.js': 'http.createServer().listen(3000)',
  'page.txt': 'a page of the app',
  [module]: 'module.exports = 1',
  'node_modules/x/large.js': large,
};

/** A build so late that every file is old enough to be kept. */
const packLater = (dir: string) => pack(dir, {}, Date.now() + 60_000);
const cacheOf = (dir: string) => join(dir, '.up/cache/package');
const withoutCache = async (dir: string) => {
  rmSync(join(dir, '.up'), { recursive: true, force: true });
  return (await pack(dir)).sha256;
};
const contentOf = async (zip: Buffer, name: string) =>
  (await unzip(zip)).find(({ path }) => path === name)?.content.toString();

describe('a second build', () => {
  it('gives the same bytes from what the first one kept', async () => {
    const dir = project(files);
    const [first, again] = [await packLater(dir), await packLater(dir)];
    expect(again.zip.equals(first.zip)).toBe(true);
    expect(again.files).toEqual(first.files);
    expect(first.sha256).toBe(await withoutCache(dir));
  });

  it('knows what a file was deflated to', async () => {
    const dir = project(files);
    await packLater(dir);
    const { files: found } = await walk(dir, () => 'ship');
    const cache = await openPackCache(dir, found, Date.now());
    const known = found.filter((file) => cache.find(file)?.size === file.size).map(({ path }) => path);
    expect(known).toEqual(expect.arrayContaining(Object.keys(files)));
  });

  it('ships new bytes of the same size with the old time', async () => {
    const dir = project(files);
    await packLater(dir);
    const { atime, mtime } = statSync(join(dir, module));
    writeFileSync(join(dir, module), 'module.exports = 2');
    utimesSync(join(dir, module), atime, mtime);
    expect(await contentOf((await packLater(dir)).zip, module)).toBe('module.exports = 2');
  });

  it('sees a file that is executable now', async () => {
    const dir = project(files);
    await packLater(dir);
    chmodSync(join(dir, module), 0o755);
    expect((await unzip((await packLater(dir)).zip)).find(({ path }) => path === module)?.mode).toBe(0o100755);
  });

  it('finds the secrets of the app again', async () => {
    const key = ['AKIA', 'QWERTYUIOPASDFGH'].join('');
    const dir = project({ ...files, 'keys.txt': key });
    expect((await packLater(dir)).secretsFound).toHaveLength(1);
    expect((await packLater(dir)).secretsFound).toHaveLength(1);
  });

  it('forgets what is gone', async () => {
    const dir = project(files);
    await packLater(dir);
    rmSync(join(dir, module));
    await packLater(dir);
    expect(readFileSync(cacheOf(dir)).includes(module)).toBe(false);
  });
});

describe('what is kept', () => {
  it('holds nothing that was written shortly before the build', async () => {
    const dir = project(files);
    await pack(dir);
    expect(existsSync(cacheOf(dir))).toBe(false);
  });

  it('is not there for a small app', async () => {
    const dir = project({ 'app.js': files['app.js'] ?? '' });
    await packLater(dir);
    expect(existsSync(join(dir, '.up'))).toBe(false);
  });

  it.each<readonly [string, (bytes: Buffer) => Uint8Array]>([
    ['is torn', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['has one bent bit', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])])],
    ['is empty', () => new Uint8Array(0)],
    ['is something else', () => Buffer.from('up-pack-0\n and whatever was there')],
  ])('is dropped when it %s', async (_, bend) => {
    const dir = project(files);
    const first = await packLater(dir);
    writeFileSync(cacheOf(dir), bend(readFileSync(cacheOf(dir))));
    expect((await packLater(dir)).sha256).toBe(first.sha256);
  });

  it('costs only speed where it cannot be written', async () => {
    const dir = project({ ...files, '.up': 'a file' });
    expect((await packLater(dir)).sha256).toBe((await packLater(dir)).sha256);
  });

  it('is whole after builds at once, and leaves nothing beside it', async () => {
    const dir = project(files);
    const hashes = (await Promise.all([1, 2, 3].map(() => packLater(dir)))).map(({ sha256 }) => sha256);
    expect(new Set([...hashes, (await packLater(dir)).sha256]).size).toBe(1);
    expect(readdirSync(join(dir, '.up/cache')).sort()).toEqual(['.gitignore', 'package']);
  });

  it('is cleared of what killed builds left, not of what others write', async () => {
    const dir = project({ ...files, '.up/cache/package.1.1': 'left', '.up/cache/package.2.2': 'being written' });
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(dir, '.up/cache/package.1.1'), longAgo, longAgo);
    await packLater(dir);
    expect(readdirSync(join(dir, '.up/cache')).sort()).toEqual(['.gitignore', 'package', 'package.2.2']);
  });

  it('is neither packed, whatever .upignore brings back, nor seen by git', async () => {
    const dir = project({ ...files, '.upignore': '!.*\n!.up/**\n' });
    await packLater(dir);
    expect((await packLater(dir)).files.filter(({ path }) => path.startsWith('.up/'))).toEqual([]);
    execFileSync('git', ['init', '-q'], { cwd: dir });
    expect(execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: dir }).toString()).not.toContain('.up/');
  });
});
