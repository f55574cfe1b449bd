/** How long a person waits for the program itself: its start beyond an empty Node, and a command that asks AWS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, eventually, freePort, start } from '../scripts/checks/processes.mjs';
import { requireBuild, root, upResult } from '../scripts/checks/project.mjs';
import { measureTurns, ratioOf, runTime } from './pairs.mjs';

const beyondNode = (name) => ({
  name: `cli.${name}`,
  goal: 1,
  to: '60 ms beyond node -e 0',
  ratio: (costs) =>
    ratioOf(
      costs[name].map((value, turn) => value - costs.node[turn]),
      costs[name].map(() => 60),
    ),
});

export const claims = [
  beyondNode('version'),
  beyondNode('help'),
  {
    name: 'cli.url',
    goal: 1,
    to: '250 ms',
    ratio: ({ url }) =>
      ratioOf(
        url,
        url?.map(() => 250),
      ),
  },
];

const program = join(root, 'dist', 'cli', 'main.js');

/** Milliseconds by turn. */
export async function measure() {
  await requireBuild();
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  const env = { ...cleanEnvironment(), UP_LOCAL_DIR: join(dir, 'local') };
  const platform = start(process.execPath, [program, 'local', '--port', String(await freePort())], { cwd: dir, env });
  try {
    await eventually('the local platform', () => platform.stdout.trim(), 20);
    writeFileSync(join(dir, 'up.json'), '{"name": "bench"}');
    writeFileSync(
      join(dir, 'app.js'),
      "require('node:http').createServer((_, res) => res.end('ok')).listen(process.env.PORT)",
    );
    await upResult(['--local', '--no-check', '-C', dir], { env });
    const timed = (...args) => runTime(process.execPath, args, { cwd: dir, env });
    return await measureTurns(
      {
        node: () => timed('-e', '0'),
        version: () => timed(program, '--version'),
        help: () => timed(program, '--help'),
        url: () => timed(program, 'url', '--local'),
      },
      { turns: 30, batch: 1, warm: 2, seconds: 60 },
    );
  } finally {
    platform.child.kill('SIGTERM');
    await platform.exited;
    rmSync(dir, { recursive: true, force: true });
  }
}
