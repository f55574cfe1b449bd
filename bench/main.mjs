/**
 * Holds claims of speed against measurements, as ratios of costs taken in one run: absolute times say nothing on another
 * machine.
 *
 *   npm run bench                    every claim
 *   npm run bench -- middleware      those whose name begins with it
 *   --node 22                        under another Node than the one functions have by default
 *   --json FILE                      also writes {node, date, machine, results: [{name, ratio, low, high, to, goal, ok}]}
 *
 * Exits 1 when a claim does not hold.
 */
import { writeFileSync } from 'node:fs';
import { cpus, platform, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeOf, run } from '../scripts/checks/processes.mjs';
import * as cli from './cli.mjs';
import * as cold from './cold.mjs';
import * as deploy from './deploy.mjs';
import * as invoke from './invoke.mjs';
import * as local from './local.mjs';
import * as memory from './memory.mjs';
import * as middleware from './middleware.mjs';
import * as packaging from './package.mjs';
import { middle } from './pairs.mjs';
import * as scaling from './scaling.mjs';
import * as spread from './spread.mjs';
import * as start from './start.mjs';

/** The Node that functions run on. */
const deployedNode = '24';
const secondsAtMost = 1800;
const benches = [middleware, invoke, spread, cold, memory, cli, packaging, deploy, start, local, scaling];

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, node: { type: 'string', default: deployedNode } },
  allowPositionals: true,
});
const [prefix = ''] = positionals;
const chosen = benches.filter(({ claims }) => claims.some(isChosen));
if (chosen.length === 0) {
  const names = benches.flatMap(({ claims }) => claims.map(({ name }) => name));
  console.error(`no claim begins with "${prefix}": there are ${names.join(', ')}`);
  process.exit(2);
}

const node = await nodeOf(values.node).catch(() => process.execPath);
if (node === process.execPath) await bench();
else await benchUnder(node);

async function bench() {
  const results = [];
  for (const { claims, measure } of chosen) {
    const costs = await measure((text) => console.log(text));
    console.log(
      Object.entries(costs)
        .map(([name, cost]) => `${name} ${figure(Array.isArray(cost) ? middle(cost) : cost)}`)
        .join(', '),
    );
    results.push(...claims.filter(isChosen).map((claim) => judge(claim, costs)));
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${platform()} ${release()}`;
  const report = { node: process.version, date: new Date().toISOString(), machine, results };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (results.some(({ ok }) => ok === false)) process.exitCode = 1;
}

/** `ratio` and `ok` are null where something it needs is not here. `low` and `high` hold the half of the turns in the middle. */
function judge({ name, goal, to, ratio: ratioOf }, costs) {
  const measured = ratioOf(costs);
  const { ratio, low, high } = rounded(typeof measured === 'number' ? { ratio: measured } : measured);
  const range = low === undefined ? '' : ` (${low} to ${high})`;
  const shown = Number.isNaN(ratio)
    ? 'skipped'
    : `${ratio}x${range}, at most ${goal}x: ${ratio <= goal ? 'ok' : 'NOT MET'}`;
  console.log(`${name.padEnd(24)} ${shown}, to ${to}`);
  if (Number.isNaN(ratio)) return { name, ratio: null, to, goal, ok: null };
  return { name, ratio, ...(low !== undefined && { low, high }), to, goal, ok: ratio <= goal };
}

function rounded(values) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value * 1000) / 1000]));
}

function figure(value) {
  return value < 10 ? value.toFixed(3) : value.toFixed(1);
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
