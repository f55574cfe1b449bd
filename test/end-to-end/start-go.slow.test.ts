/** `up start` compiles a Go program for this machine, anew with every edit of its sources, which need not ship. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { hasGo } from '../support/go.ts';
import { send } from '../support/http.ts';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const example = fileURLToPath(new URL('../../examples/go', import.meta.url));

test.skipIf(!(process.env.UP_TEST_LANGUAGES && hasGo())).each([
  ['by itself', [], false],
  ['with all of Lambda between', ['--lambda'], true],
] as const)(
  'the example in Go runs %s, and an edit is compiled',
  async (_title, words, isPackaged) => {
    const dir = sandbox.project(`go${words.join('')}`, {});
    cpSync(example, dir, { recursive: true });
    const started = await sandbox.start(words, { cwd: dir, env: { HOME: process.env.HOME } });
    const text = async () => (await send(started.url)).text;
    expect(await text()).toBe('Hello from Go\n');
    await until('the watcher', () => /^watch: /m.test(started.stderr()));
    const source = readFileSync(join(dir, 'main.go'), 'utf8');
    writeFileSync(join(dir, 'main.go'), source.replace('Hello from Go', 'Hello again'));
    await until('the edit', async () => (await text()) === 'Hello again\n', 60_000);
    await until('the news', () => /^app: reloaded main.go in /m.test(started.stderr()));
    expect(existsSync(join(dir, 'server'))).toBe(isPackaged);
    expect((await started.end('SIGTERM')).code).toBe(143);
  },
  120_000,
);
