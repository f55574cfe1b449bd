/** Which files `up start` starts an app anew for. */
import { describe, expect, test } from 'vitest';
import { compileRules } from '../../cli/build/ignore.ts';
import { loopGuard, matters, sourcesAround, type Watched } from '../../cli/commands/start/changes.ts';

const rules = compileRules('fixtures/\nnotes.md\n', new Set());
const project: Watched = {
  stage: 'staging',
  ships: (path) => rules(path) === 'ship',
  site: 'public',
  sources: null,
  around: [],
  made: null,
};

describe('a file', () => {
  test.each<[title: string, path: string, matters: boolean]>([
    ['of the app', 'src/pets.js', true],
    ['of another language', 'app.py', true],
    ['without a name of its own kind', 'server', true],
    ['that the app may read', 'views/index.ejs', true],
    ['of configuration', 'up.json', true],
    ['of variables', '.env', true],
    ['of the stage’s variables', '.env.staging', true],
    ['of this machine’s variables', '.env.local', true],
    ['of another stage’s variables', '.env.production', false],
    ['of rules', '_redirects', true],
    ['of what is left out', '.upignore', true],
    ['that .upignore names', 'notes.md', false],
    ['in a folder that .upignore names', 'fixtures/pets.js', false],
    ['of a package', 'node_modules/express/index.js', false],
    ['of a package further down', 'packages/a/node_modules/b/index.js', false],
    ['of the site, which is read for each request', 'public/index.html', false],
    ['of version control', '.git/HEAD', false],
    ['of ours', '.up/start/src/app.mjs', false],
    ['that is a log', 'access.log', false],
    ['that is a database', 'data.sqlite-wal', false],
    ['that is an image', 'views/logo.png', false],
    ['that an editor leaves', '.app.js.swp', false],
    ['that Emacs saves by itself', 'src/#app.js#', false],
    ['by which vim tries a folder', 'src/4913', false],
    ['that takes the place of another', 'src/app.js.tmp.99.1700000000', false],
    ['of that kind, of JetBrains', 'app.js___jb_tmp___', false],
  ])('%s: %s', (_title, path, expected) => {
    expect(matters(path, 'file', project)).toBe(expected);
  });

  test.each([
    ['src/app.ts', true],
    ['src/app.test.ts', false],
    ['types/pets.d.ts', false],
    ['src/worker.js', true],
  ])('of a project with a bundle of src/app.ts: %s', (path, expected) => {
    expect(matters(path, 'file', { ...project, sources: ['src/app.ts'] })).toBe(expected);
  });

  test.each([
    ['server', false],
    ['main.go', true],
    ['fixtures/pets.go', true],
    ['main_test.go', false],
    ['go.sum', true],
    ['notes.md', false],
  ])('of a program that is compiled here, whatever of it ships: %s', (path, expected) => {
    expect(matters(path, 'file', { ...project, made: 'server' })).toBe(expected);
    expect(matters('fixtures', 'folder', { ...project, made: 'server' })).toBe(true);
    expect(matters('.git', 'folder', { ...project, made: 'server' })).toBe(false);
  });

  test.each([
    ['../lib/word.ts', true],
    ['../lib/word.test.ts', false],
  ])('around a project with a bundle of ../lib/word.ts, now or when it was last made: %s', (path, expected) => {
    expect(matters(path, 'file', { ...project, around: ['../lib/word.ts'] })).toBe(expected);
  });

  test('around the project is of a bundle, unless it is of a package', () => {
    const sources = ['server.ts', '../lib/word.ts', '../node_modules/ms/index.js'];
    expect(sourcesAround(sources)).toEqual(['../lib/word.ts']);
  });

  test('of TypeScript matters while it is not known what a bundle holds', () => {
    expect(matters('src/new.ts', 'file', project)).toBe(true);
  });
});

test.each([
  ['', true],
  ['..', false],
  ['../other', false],
  ['src', true],
  ['node_modules', false],
  ['src/node_modules', false],
  ['.git', false],
  ['.up', false],
  ['fixtures', false],
  ['public', false],
])('the folder "%s" is looked into: %s', (path, expected) => {
  expect(matters(path, 'folder', project)).toBe(expected);
});

test('a folder that does not ship is looked into for the sources of the bundle', () => {
  expect(matters('fixtures', 'folder', { ...project, sources: ['fixtures/pets.ts'] })).toBe(true);
});

describe('a file that changes', () => {
  const same = () => 'the same';
  const always = (path: string, times: number, version: (time: number) => string) => {
    const guard = loopGuard();
    return Array.from({ length: times }, (_, time) => guard.changed(path, 20, () => version(time)));
  };

  test('right after ten starts in a row is the app’s own doing', () => {
    expect(always('db.json', 10, String).indexOf(true)).toBe(9);
  });

  test('and is a source is so if there is nothing new in it', () => {
    expect(always('routes.gen.ts', 12, same).indexOf(true)).toBe(10);
  });

  test.each([
    'app.js',
    'src/greet.ts',
    'main.go',
    'app.py',
    'views/page.html',
    'up.json',
    '.env',
    '.env.local',
  ])('is edited, however often and soon it is %s that is another each time', (path) => {
    expect(always(path, 100, String)).not.toContain(true);
  });

  test('now and then is an edit', () => {
    const guard = loopGuard();
    const times = Array.from({ length: 40 }, (_, index) => (index % 8 === 7 ? 5_000 : 20));
    expect(times.map((at) => guard.changed('db.json', at, same))).not.toContain(true);
  });

  test('with every start is edited later all the same, once', () => {
    const guard = loopGuard();
    for (let start = 0; start < 10; start++) guard.changed('db.json', 20, same);
    expect([5_000, 20, 20, 5_000].map((at) => guard.changed('db.json', at, same))).toEqual([false, true, true, false]);
  });
});
