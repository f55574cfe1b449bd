/** The bill of materials of a release names what ships: what is bundled, and what npm installs beside it. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  readonly hashes?: readonly unknown[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

test('what ships is in it, with its hashes; what only tests need is not', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [`${root}scripts/sbom.mjs`], { maxBuffer: 16 << 20 });
  const { metadata, components, dependencies } = JSON.parse(stdout);
  expect(metadata.component.name).toBe('up');
  const isBundled = ({ properties }: Component) => properties.some(({ name }) => name === 'cdx:npm:package:bundled');
  const page = readFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, 'utf8');
  const licensed = [...page.matchAll(/^(\S+) (\d+\.\d+\.\d+\S*) \(.+\)$/gm)].map(
    ([, name, version]) => `${name}@${version}`,
  );
  const bundled = (components as Component[]).filter(isBundled).map(({ name, version }) => `${name}@${version}`);
  expect(bundled.sort()).toEqual(licensed.sort());
  const beside = (components as Component[]).filter((one) => !isBundled(one));
  expect(beside.map(({ name }) => name.replace(/^@esbuild\/.*/, '@esbuild')).sort()).toContain('esbuild');
  expect(beside.filter(({ name }) => !/^(?:@esbuild\/.+|esbuild)$/.test(name))).toEqual([]);
  expect((components as Component[]).filter(({ hashes }) => hashes === undefined)).toEqual([]);
  const refs = new Set([
    metadata.component['bom-ref'],
    ...components.map((one: { 'bom-ref': string }) => one['bom-ref']),
  ]);
  const named = (dependencies as { ref: string; dependsOn: string[] }[]).flatMap(({ ref, dependsOn }) => [
    ref,
    ...dependsOn,
  ]);
  expect(named.filter((ref) => !refs.has(ref))).toEqual([]);
});
