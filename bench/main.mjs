/**
 * Holds claims of speed against measurements, as ratios of costs taken in one run: absolute times say nothing on another
 * machine.
 *
 *   npm run bench                    every claim
 *   npm run bench -- middleware      those whose name begins with it
 *   --json FILE                      also writes {node, date, results: [{name, ratio, to, goal, ok}]}
 *
 * Exits 1 when a claim does not hold.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeOf, run } from '../scripts/checks/processes.mjs';
import * as middleware from './middleware.mjs';

/** The Node that functions run on. */
const deployedNode = 24;
const secondsAtMost = 600;
const benches = [middleware];

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const [prefix = ''] = positionals;
const chosen = benches.filter(({ claims }) => claims.some(isChosen));
if (chosen.length === 0) {
  const names = benches.flatMap(({ claims }) => claims.map(({ name }) => name));
  console.error(`no claim begins with "${prefix}": there are ${names.join(', ')}`);
  process.exit(2);
}

const node = await nodeOf(deployedNode).catch(() => process.execPath);
if (node === process.execPath) await bench();
else await benchUnder(node);

async function bench() {
  const results = [];
  for (const { claims, measure } of chosen) {
    const costs = await measure((text) => console.log(text));
    console.log(
      Object.entries(costs)
        .map(([name, cost]) => `${name} ${cost.toFixed(2)} us`)
        .join(', '),
    );
    results.push(
      ...claims
        .filter(isChosen)
        .map((claim) => judge(claim, costs))
        .filter(Boolean),
    );
  }
  const report = { node: process.version, date: new Date().toISOString(), results };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
}

/** Null where something it needs could not be measured here. */
function judge({ name, goal, to, ratio: ratioOf }, costs) {
  const ratio = Math.round(ratioOf(costs) * 1000) / 1000;
  const shown = Number.isNaN(ratio) ? 'skipped' : `${ratio}x, at most ${goal}x: ${ratio <= goal ? 'ok' : 'TOO SLOW'}`;
  console.log(`${name.padEnd(20)} ${shown} (to ${to})`);
  return Number.isNaN(ratio) ? null : { name, ratio, to, goal, ok: ratio <= goal };
}

function isChosen({ name }) {
  return name.startsWith(prefix);
}

async function benchUnder(node) {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { code, stdout, stderr } = await run(node, args, { env: process.env, seconds: secondsAtMost });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code === 0 ? 0 : 1;
}
