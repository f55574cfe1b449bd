/** CONTRIBUTING.md leads to what is there, and each way in it can be gone; `npm run check:contributing` goes them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { applySnippet, readDestinations, readRecipes } from './contributing.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => (existsSync(root + file) ? readFileSync(root + file, 'utf8') : null);
const page = read('CONTRIBUTING.md') ?? '';
const destinations = readDestinations(page);

test('twenty changes and more lead to a file each', () => {
  expect(destinations.length).toBeGreaterThanOrEqual(20);
  expect(destinations.filter(({ paths }) => paths.length === 0)).toEqual([]);
});

test.each(destinations)('who wants to $change finds the file', ({ paths }) => {
  for (const path of paths) expect(existsSync(root + path), path).toBe(true);
});

test('the four ways are there', () => {
  const titles = readRecipes(page).map(({ title }) => title);
  expect(titles).toEqual(['Add a middleware', 'Add an event source', 'Add a resource', 'Add a command']);
});

test.each(readRecipes(page))('$title: every change finds its place', ({ snippets }) => {
  const texts = new Map<string, string>();
  for (const snippet of snippets)
    texts.set(snippet.file, applySnippet(snippet, texts.get(snippet.file) ?? read(snippet.file)));
  expect([...texts.keys()].some((file) => file.startsWith('test/') && file.includes('.t'))).toBe(true);
});

describe('a change', () => {
  const change = { file: 'a.ts', language: 'diff', text: ' one\n-two\n+2\n+$&\n' };

  test('is put where its other lines stand', () => {
    expect(applySnippet(change, 'zero\none\ntwo\nthree\n')).toBe('zero\none\n2\n$&\nthree\n');
    expect(applySnippet(change, 'one\ntwo\n')).toBe('one\n2\n$&\n');
  });

  test.each([
    'one\n',
    'one\ntwo\none\ntwo\n',
    'none\ntwo\n',
    null,
  ])('that has no place, or several, is refused: %j', (text) => {
    expect(() => applySnippet(change, text)).toThrow('places for');
  });

  test('to nothing is a new file, and only that', () => {
    expect(applySnippet({ ...change, language: 'ts' }, null)).toBe(change.text);
    expect(() => applySnippet({ ...change, language: 'ts' }, '')).toThrow('there already');
  });
});
