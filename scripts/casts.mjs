/**
 * `npm run casts`: the pictures in docs/casts, of the real program in a real terminal. Each is played in tmux in a copy of
 * examples/hello, and what the screen shows then becomes an SVG. Nothing of the machine may be in one.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderScreen } from './casts/svg.mjs';
import { eventually } from './checks/processes.mjs';
import { requireBuild, root } from './checks/project.mjs';
import { openTerminal, requireTmux } from './checks/tmux.mjs';

/** Lines that are typed, each once the one before it has ended; a function does something to the app meanwhile. */
const casts = {
  deploy: [
    'up --local',
    (app) => edit(app, 'Hello from up', 'Hello again'),
    'up --local',
    'up --local',
    'up url --local',
  ],
  failure: ['up --local', (app) => edit(app, 'server.listen(port)', 'server.lisen(port)'), 'up --local'],
};

await requireBuild();
await requireTmux();
for (const [name, lines] of Object.entries(casts)) await record(name, lines);

async function record(name, lines) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'up-cast-')));
  const endings = [() => rmSync(dir, { recursive: true, force: true })];
  try {
    const app = join(dir, 'hello');
    cpSync(join(root, 'examples', 'hello'), app, { recursive: true });
    writeFileSync(join(dir, 'up'), `#!/bin/sh\nexec node '${root}/dist/cli/main.js' "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${dir}:${process.env.PATH}`, HOME: dir, PS1: '$ ' };
    const terminal = await openTerminal({ cwd: app, env, onEnd: (ending) => void endings.unshift(ending) });
    endings.unshift(() => terminal.type('clear; up local stop').then(() => terminal.shows(/Stopped|No local/, 20)));
    await terminal.type('PS1="$ "; clear');
    let prompts = 1;
    for (const line of lines) {
      if (typeof line === 'function') line(app);
      else {
        await terminal.type(line);
        prompts++;
        await eventually(`the end of ${line}`, async () => hasPrompts(await terminal.screen(), prompts), 60);
      }
    }
    const screen = (await terminal.screen('-e')).replace(/\n\$\s*$/, '\n');
    refuseMachine(screen, [dir, root, hostname()]);
    writeFileSync(join(root, 'docs', 'casts', `${name}.svg`), renderScreen(screen));
    console.log(`docs/casts/${name}.svg`);
  } finally {
    for (const ending of endings) await ending();
  }
}

/** It waits for the next line: the last of so many prompts has nothing behind it. */
function hasPrompts(screen, count) {
  const prompts = screen.match(/^\$.*$/gm) ?? [];
  return prompts.length === count && prompts.at(-1).trim() === '$';
}

function edit(app, before, after) {
  const file = join(app, 'app.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace(before, after));
}

function refuseMachine(screen, words) {
  const found = words.find((word) => screen.includes(word));
  if (found) throw new Error(`"${found}" would be in the picture:\n${screen}`);
}
