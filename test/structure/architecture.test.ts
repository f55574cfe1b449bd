/** docs/architecture.md draws what is there: every file and folder in its pictures, and every part in its list. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parts } from './imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}docs/architecture.md`, 'utf8');
const [listing = '', ...drawings] = [...page.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

test('there are two drawings, of a request and of a deploy', () => {
  const titles = drawings.map((drawing) =>
    page
      .slice(0, page.indexOf(drawing))
      .match(/^## .+$/gm)
      ?.at(-1),
  );
  expect(titles).toEqual(['## The life of a request', '## The life of a deploy']);
});

test.each(drawings)('every file in a drawing is there', (drawing) => {
  const paths = [...drawing.matchAll(/\b(?:[a-z\d-]+\/)+[a-z\d-]+(?:\.ts)?/g)].map(([path]) => path);
  const named = paths.filter((path) => existsSync(root + path.replace(/\/.*/, '')));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(root + path))).toEqual([]);
  for (const line of drawing.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('every part of the program is in the list, with the folders that it has', () => {
  const listed = [...listing.matchAll(/^(\w+)\/ /gm)].map(([, name]) => name);
  expect(parts.filter((part) => !listed.includes(part))).toEqual([]);
  let part = '';
  const folders: string[] = [];
  for (const line of listing.split('\n')) {
    part = /^(\w+)\/ /.exec(line)?.[1] ?? part;
    const inner = /^ {2}([\w-]+)\/ /.exec(line)?.[1];
    if (inner) folders.push(`${part}/${inner}`);
  }
  expect(folders.length).toBeGreaterThan(15);
  expect(folders.filter((folder) => !existsSync(root + folder))).toEqual([]);
  const there = ['proxy', 'cli', 'local'].flatMap((name) =>
    readdirSync(root + name, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${name}/${entry.name}`),
  );
  expect(there.filter((folder) => !folders.includes(folder) && !listing.includes(`${folder.split('/')[1]}/`))).toEqual(
    [],
  );
});
