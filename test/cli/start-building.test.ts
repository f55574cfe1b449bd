/** What `up start` tells of an app that it compiles, while it does. */
import { expect, test } from 'vitest';
import { showBuilding } from '../../cli/commands/start/building.ts';
import { compiled } from '../../cli/commands/start/compile.ts';
import type { Lines } from '../../cli/commands/start/lines.ts';
import { type Reporter, silentReporter } from '../../cli/output/reporter.ts';
import { project } from '../build/project.ts';

function recorder() {
  const said: string[] = [];
  const report: Reporter = {
    ...silentReporter,
    info: (label, text) => void said.push(`${label}: ${text}`),
    step: (label, work) => work((text) => void said.push(`${label}... ${text}`)),
  };
  return { said, report };
}

const lines = {} as Lines;
const command = 'go build .';

test('on a terminal the first time is a step, which says what the compiler says', async () => {
  const { said, report } = recorder();
  const building = showBuilding({ report }, { lines });
  await building(command, async (say) => say('go: downloading example.com/pets v1.2.3'));
  await building(command, async () => {});
  expect(said).toEqual([
    'Build... go build .',
    'Build... go: downloading example.com/pets v1.2.3',
    'Build... go build .',
  ]);
});

test('elsewhere it is a line before it begins', async () => {
  const { said, report } = recorder();
  await showBuilding({ report }, { lines: null })(command, async () => void said.push('built'));
  expect(said).toEqual(['Build: go build .', 'built']);
});

test('a Go program is compiled where this is shown', async () => {
  const told: string[] = [];
  const app = { kind: 'go', command: './server', argv: ['./server'], why: 'found main.go', buildCommands: [] } as const;
  const subject = { app, config: { hooks: {} } } as unknown as Parameters<typeof compiled>[1];
  const { command } = await compiled(project({ 'main.go': '' }), subject, async (text) => void told.push(text));
  expect([command, ...told]).toEqual(['./.up/start/server', 'CGO_ENABLED=0 go build -o .up/start/server .']);
});
