/** A database in a file works on this machine, and cannot be written once it is deployed. */
import { expect, test } from 'vitest';
import { type Files, pack, project } from './project.ts';

const database = `SQLite format 3\0${' '.repeat(84)}`;

async function said(files: Files): Promise<readonly string[]> {
  return (await pack(project({ 'app.js': '', ...files }))).warnings;
}

test('it is said of a database of SQLite that ships', async () => {
  expect(await said({ 'data/pets.db': database, 'pets.sqlite3': database })).toEqual([
    expect.stringMatching(/^data\/pets\.db \(and 1 more\) is a database of SQLite, .* !\/data\/pets\.db$/),
  ]);
});

test.each<[title: string, files: Files]>([
  ['one that .upignore leaves out', { 'pets.db': database, '.upignore': '*.db\n' }],
  ['one that is meant to be read', { 'data/pets.db': database, '.upignore': '!/data/pets.db\n' }],
  ['one of a package', { 'node_modules/words/words.db': database }],
  ['a file of another kind', { 'Thumbs.db': 'something else that is long enough' }],
])('nothing is said of %s', async (_title, files) => {
  expect(await said(files)).toEqual([]);
});
