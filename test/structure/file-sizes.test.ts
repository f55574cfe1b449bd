/** A file fits a page or two of a screen, or says in its head why it is one. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const longest = 300;

/** Of the program, its tests, checks and benchmarks; examples are apps of others, and fixtures are what they are. */
const isOurs = (file: string) =>
  /\.(?:[cm]?[jt]s|css|bash)$/.test(file) && !/^(?:examples|templates|test\/fixtures|test\/golden\/site)\//.test(file);

/** Comments before the first line of code. */
function headOf(text: string): string {
  return /^(?:#!.*\n)?((?:\s*\/\*[\s\S]*?\*\/|\s*\/\/.*)*)/.exec(text)?.[1] ?? '';
}

function lengthOf(text: string): number {
  return text.split('\n').length - 1;
}

test(`no file has more than ${longest} lines without "One file, because …" in its head`, () => {
  const args = ['ls-files', '-z', '-co', '--exclude-standard'];
  const names = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(isOurs);
  expect(names.length).toBeGreaterThan(500);
  const texts = names.map((name) => [name, read(name)] as const);
  const long = texts.filter(([, text]) => lengthOf(text) > longest);
  const silent = long.filter(([, text]) => !/\bOne\s+(?:\*\s+)?file,\s+(?:\*\s+)?(?:because|as)\b/.test(headOf(text)));
  expect(silent.map(([name, text]) => `${name}: ${lengthOf(text)}`)).toEqual([]);
});

/** Empty for a file that is listed and was removed since. */
function read(name: string): string {
  try {
    return readFileSync(root + name, 'utf8');
  } catch {
    return '';
  }
}
