import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMaps, keepMaps } from '../../cli/build/maps.ts';
import { renderSize, toSizeReport } from '../../cli/build/size.ts';
import { emptyFolder, pack, project } from './project.ts';

describe('a bundle', () => {
  it('is made of JavaScript when it is asked for, and no packages ship beside it', async () => {
    const files = {
      'app.js': "require('http').createServer((q, s) => s.end(require('greet')())).listen(3000);",
      'node_modules/greet/index.js': "module.exports = () => 'hello from greet';",
      'views/a.html': 'a',
    };
    const paths = async (bundle: boolean) =>
      (await pack(project(files), { bundle })).files.map(({ path }) => path).filter((path) => !path.startsWith('_up/'));
    expect(await paths(false)).toEqual(['app.js', 'node_modules/greet/index.js', 'views/a.html']);
    expect(await paths(true)).toEqual(['app.cjs', 'app.js', 'views/a.html']);
    const { maps } = await pack(project(files), { bundle: true, command: 'node app.js' });
    expect(maps.map(({ path }) => path)).toEqual(['app.cjs.map']);
    expect(JSON.parse(maps[0]?.content ?? '').sources).toEqual(['node_modules/greet/index.js', 'app.js']);
  });

  const outside = emptyFolder();
  writeFileSync(join(outside, 'secret.ts'), 'export const secret = "not yours";');
  mkdirSync(join(outside, 'lib'));
  writeFileSync(join(outside, 'lib/index.js'), 'module.exports = "not yours";');

  it.each([
    ['a linked file', 'src/x.ts', 'secret.ts', "import { secret } from './x.ts'; server.listen(secret);"],
    ['a linked folder', 'src/lib', 'lib', "import x from './lib/index.js'; server.listen(x);"],
    ['a linked package', 'node_modules/x', 'lib', "import x from 'x'; server.listen(x);"],
    ['a linked entry', 'src/app.ts', 'secret.ts', ''],
  ])('of %s from outside is refused', async (_title, link, target, source) => {
    const dir = project({ 'src/main.ts': source, 'node_modules/y/index.js': '' });
    symlinkSync(join(outside, target), join(dir, link));
    const command = link === 'src/app.ts' ? 'node src/app.ts' : 'node src/main.ts';
    writeFileSync(join(dir, '.upignore'), 'node_modules/x\n/src\n');
    await expect(pack(dir, { bundle: true, command })).rejects.toMatchObject({ code: 'UP_PACKAGE_SYMLINK' });
  });
});

describe('source maps', () => {
  const sha = (text: string) => Buffer.from(text).toString('base64');
  const maps = [{ path: 'src/app.mjs.map', content: '{"version":3}' }];

  it('are found again by the package and by the commit', async () => {
    const dir = emptyFolder();
    await keepMaps(dir, { sha256: sha('one'), maps }, { commit: 'abc1234' });
    await keepMaps(dir, { sha256: sha('two'), maps: [] }, { commit: 'def5678' });
    const kept = { sha256: sha('one'), commit: 'abc1234', maps: new Map([['src/app.mjs', '{"version":3}']]) };
    expect(await findMaps(dir, { sha256: sha('one') })).toEqual(kept);
    expect(await findMaps(dir, { commit: 'abc1234' })).toEqual(kept);
    expect(await findMaps(dir, { commit: 'def5678' })).toBeNull();
    expect(await findMaps(dir, { commit: '' })).toBeNull();
    expect(await findMaps(emptyFolder(), { commit: 'abc1234' })).toBeNull();
  });

  it('of a commit are those of its last package, and half of them are none', async () => {
    const dir = emptyFolder();
    const folder = (text: string) => join(dir, '.up/maps', Buffer.from(text).toString('hex'));
    for (const name of ['old', 'new', 'cut']) await keepMaps(dir, { sha256: sha(name), maps }, { commit: 'abc1234' });
    utimesSync(join(folder('old'), 'release.json'), 1, 1);
    rmSync(join(folder('cut'), 'release.json'));
    expect((await findMaps(dir, { commit: 'abc1234' }))?.sha256).toBe(sha('new'));
    expect(await findMaps(dir, { sha256: sha('cut') })).toBeNull();
  });

  it('are kept for fifty releases', async () => {
    const dir = emptyFolder();
    for (let index = 0; index < 52; index++) {
      await keepMaps(dir, { sha256: sha(`r${index}`), maps }, { commit: `c${index}` });
      utimesSync(join(dir, '.up/maps', Buffer.from(`r${index}`).toString('hex'), 'release.json'), index, index + 1000);
    }
    await keepMaps(dir, { sha256: sha('last'), maps }, { commit: 'last' });
    expect(readdirSync(join(dir, '.up/maps'))).toHaveLength(50);
    expect(await findMaps(dir, { commit: 'c0' })).toBeNull();
    expect(await findMaps(dir, { commit: 'last' })).not.toBeNull();
  });
});

describe('the size of a package', () => {
  const megabyte = 1024 * 1024;
  const files = [
    { path: 'app.js', size: 10 },
    { path: `node_modules/${'long-'.repeat(20)}name/index.js`, size: 3 * megabyte },
    { path: 'node_modules/a/b/c.bin', size: 40 * megabyte },
    { path: 'node_modules/a/d.bin', size: 20 * megabyte },
    ...Array.from({ length: 20 }, (_, index) => ({ path: `public/${index}.png`, size: 1000 })),
  ];

  it('is a tree of its largest folders, the largest files, and the limits', () => {
    const text = renderSize({ files, zipped: 45 * megabyte }, true);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatchInlineSnapshot(`
      "   63.0 MB  package, 24 files
           63 MB  ├─ node_modules
           60 MB  │  ├─ a
           40 MB  │  │  ├─ b/c.bin
           20 MB  │  │  └─ d.bin
            3 MB  │  └─ …ng-long-long-long-long-long-long-long-long-long-name/index.js
         19.5 kB  └─ 21 other files

      Largest
           40 MB  node_modules/a/b/c.bin
           20 MB  node_modules/a/d.bin
            3 MB  …ong-long-long-long-long-long-long-long-long-long-long-name/index.js
          1000 B  public/0.png
          1000 B  public/1.png
          1000 B  public/10.png
          1000 B  public/11.png
          1000 B  public/12.png
          1000 B  public/13.png
          1000 B  public/14.png

      Unzipped   63.0 MB of 250 MB, layers included (25 %)
      Zipped     45 MB, goes through a bucket, as more than 40 MB do (Lambda: 50 MB)"
    `);
  });

  it('is told of a package that cannot be made, in ASCII where there is nothing else', () => {
    const text = renderSize({ files: [{ path: 'x/y', size: 251 * megabyte }], zipped: null }, false);
    expect(text).toContain('`- x/y');
    expect(text).toContain('Unzipped   251 MB of 250 MB, layers included (100 %)');
    expect(text).toContain('Zipped     not made: the package is too large');
  });

  it('is figures for programs', () => {
    expect(toSizeReport({ files: files.slice(0, 2), zipped: 7 })).toEqual({
      files: 2,
      unzipped: 3 * megabyte + 10,
      zipped: 7,
      limits: { unzipped: 250 * megabyte, direct: 40 * megabyte },
      largest: [files[1], files[0]],
    });
  });
});
