/** What is listed of a folder, and in which order it is told. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sortByBytes, walk } from '../../cli/build/walk.ts';
import { project } from './project.ts';

test('rules are asked for folders with a slash at their end, and not below what does not ship', async () => {
  const asked: string[] = [];
  const { files } = await walk(project({ 'app.js': '', 'a/b.js': '', 'logs/one': '' }), (path) => {
    asked.push(path);
    return path === 'logs/' ? 'leave' : 'ship';
  });
  expect(asked.sort()).toEqual(['a/', 'a/b.js', 'app.js', 'logs/']);
  expect(files.map(({ path }) => path)).toEqual(['a/b.js', 'app.js']);
});

test('what stays behind is told in the order of its paths, however deep it lies', async () => {
  const dir = project({ 'a/b/c.key': '', 'a/d.key': '', 'z.key': '' });
  for (const pipe of ['a/b/pipe', 'a/pipe', 'z.pipe']) execFileSync('mkfifo', [join(dir, pipe)]);
  const { secretsLeftOut, warnings } = await walk(dir, (path) => (path.endsWith('.key') ? 'secret' : 'ship'));
  expect(secretsLeftOut).toEqual(['a/b/c.key', 'a/d.key', 'z.key']);
  expect(warnings).toEqual(
    ['a/b/pipe', 'a/pipe', 'z.pipe'].map((path) => `${path} is not a regular file and was left out`),
  );
});

test('paths are in the order of their bytes, which is not that of UTF-16', () => {
  const paths = ['b', 'a/b', '\u{1f600}', '\uff5e', 'a.b', 'B'];
  const sorted = ['B', 'a.b', 'a/b', 'b', '\uff5e', '\u{1f600}'];
  expect(sortByBytes(paths.map((path) => ({ path }))).map(({ path }) => path)).toEqual(sorted);
});

test.each<[what: string, change: (place: string) => void]>([
  ['goes', (place) => rmSync(place, { recursive: true })],
  [
    'becomes a folder',
    (place) => {
      rmSync(place);
      mkdirSync(place);
    },
  ],
])('what %s while it is listed has changed', async (_what, change) => {
  const dir = project({ 'app.js': '', late: '' });
  const listing = walk(dir, (path) => {
    if (path === 'late') change(join(dir, path));
    return 'ship';
  });
  await expect(listing).rejects.toMatchObject({
    code: 'UP_PACKAGE_CHANGED',
    message: 'late changed while it was packed',
  });
});

test('so has a folder that goes', async () => {
  const dir = project({ 'app.js': '', 'late/one': '' });
  const listing = walk(dir, (path) => {
    if (path === 'late/') rmSync(join(dir, path), { recursive: true });
    return 'ship';
  });
  await expect(listing).rejects.toMatchObject({ code: 'UP_PACKAGE_CHANGED', details: { path: 'late/' } });
});
