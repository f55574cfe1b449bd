/** What the program loads before it knows what it is asked: help and version are to take no longer than Node itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly imports: readonly { path: string; kind: string }[];
        readonly inputs: Record<string, { bytesInOutput: number }>;
      }
    >
  >;
}

const file = fileURLToPath(new URL('../../dist/cli.meta.json', import.meta.url));
const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as Metafile;

/** The chunks that come with one, whatever is done. */
function loadedWith(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { path, kind } of outputs[name]?.imports ?? [])
    if (kind === 'import-statement' && outputs[path]) loadedWith(path, found);
  return found;
}

const inputs = [...loadedWith('dist/cli/main.js')].flatMap((name) => Object.entries(outputs[name]?.inputs ?? {}));

test('up --help and up --version load no package', () => {
  expect(inputs.map(([path]) => path).filter((path) => path.includes('node_modules'))).toEqual([]);
});

test('and less than 160 kB of our own', () => {
  const kb = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / 1024;
  expect(kb).toBeGreaterThan(10);
  expect(kb).toBeLessThan(160);
});
