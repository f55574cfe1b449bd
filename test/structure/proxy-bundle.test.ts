/** What every package ships and every cold start loads. `npm test` builds dist/ before. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Move it when a change is worth its bytes, and say in the commit what they buy. */
const expectedKb = 246;
const toleranceKb = 3;

test(`the proxy is ${expectedKb} kB, give or take ${toleranceKb}`, () => {
  const files = readdirSync(`${dist}proxy`).map((name) => ({ name, bytes: statSync(`${dist}proxy/${name}`).size }));
  const kb = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  const listing = files.map(({ name, bytes }) => `${name} ${(bytes / 1024).toFixed(1)} kB`).join(', ');
  const message = `dist/proxy is ${kb.toFixed(1)} kB, expected ${expectedKb} ± ${toleranceKb} (test/structure/proxy-bundle.test.ts): ${listing}`;
  expect(Math.abs(kb - expectedKb), message).toBeLessThanOrEqual(toleranceKb);
});

test('the proxy holds these packages and no others', () => {
  const { inputs } = JSON.parse(readFileSync(`${dist}proxy.meta.json`, 'utf8')) as { inputs: Record<string, unknown> };
  const packages = Object.keys(inputs).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  expect([...new Set(packages.filter(Boolean))].sort()).toEqual(['aws4fetch', 'undici']);
});
