/** Stacks of bundled code, read with the maps kept beside a real package. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepMaps } from '../../../cli/build/maps.ts';
import { createStackMapper } from '../../../cli/logs/stack.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'up-test-stack-')));
const sha256 = Buffer.from('package').toString('base64');
let bundle = '';

const sources = {
  'app.ts': "import { boom } from './src/pets.ts';\n\nboom();\n",
  'src/pets.ts':
    'interface Pet {\n  name: string;\n}\n\nexport function boom(): never {\n  throw new Error("boom");\n}\n',
};

beforeAll(async () => {
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const { outputFiles } = await build({
    absWorkingDir: dir,
    entryPoints: ['app.ts'],
    outfile: 'app.mjs',
    bundle: true,
    format: 'esm',
    sourcemap: 'external',
    minifyWhitespace: true,
    write: false,
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  bundle = text('.mjs');
  await keepMaps(dir, { sha256, maps: [{ path: 'app.mjs.map', content: text('.map') }] }, { commit: 'abc1234' });
});
afterAll(() => rmSync(dir, { recursive: true }));

const releases = { find: async (version: string) => (version === '7' ? ({ sha256 } as never) : null) };

/** Where `new Error` stands in the bundle. */
function place(): string {
  const before = bundle.slice(0, bundle.indexOf('new Error'));
  return `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
}

function record(message: string, fields: Record<string, unknown> = { version: '7', commit: '' }) {
  return { timestamp: '', level: 'error', message, fields };
}

async function mapped(message: string, fields?: Record<string, unknown>, note = false): Promise<string> {
  return (await createStackMapper(dir, releases, { note })(record(message, fields))).message;
}

describe('a stack shows the file and the line of the author', () => {
  test.each([
    ['of a module', (at: string) => `    at boom (file:///var/task/app.mjs:${at})`, '    at boom (src/pets.ts:6:9)'],
    ['of a plain path', (at: string) => `    at boom (/var/task/app.mjs:${at})`, '    at boom (src/pets.ts:6:9)'],
    ['without a name', (at: string) => `    at file:///var/task/app.mjs:${at}`, '    at src/pets.ts:6:9'],
    [
      'of an await',
      (at: string) => `    at async boom (/var/task/app.mjs:${at})`,
      '    at async boom (src/pets.ts:6:9)',
    ],
  ])('%s', async (_title, frame, expected) => {
    expect(await mapped(`Error: boom\n${frame(place())}`)).toBe(`Error: boom\n${expected}`);
  });

  test('and for a person what it was mapped from', async () => {
    const shown = await mapped(`    at boom (/var/task/app.mjs:${place()})`, undefined, true);
    expect(shown).toBe(`${'    at boom (src/pets.ts:6:9)'.padEnd(44)}  mapped from app.mjs:${place()}`);
  });

  test('in fields too, whatever they are called', async () => {
    const stack = `Error: boom\n    at boom (/var/task/app.mjs:${place()})`;
    const fields = { version: '7', err: { stack }, stderr: ['x', stack.split('\n')[1]] };
    const { fields: shown } = await createStackMapper(dir, releases, { note: true })(record('failed', fields));
    expect(shown).toMatchObject({
      err: { stack: 'Error: boom\n    at boom (src/pets.ts:6:9)' },
      stderr: ['x', '    at boom (src/pets.ts:6:9)'],
    });
  });

  test('above the stack of what nobody caught', async () => {
    const [line, column] = place().split(':').map(Number);
    const head = `/var/task/app.mjs:${line}\n${bundle.split('\n')[Number(line) - 1]}\n${' '.repeat(Number(column) - 1)}^\n`;
    expect(await mapped(`${head}\n    at boom (/var/task/app.mjs:${place()})`)).toMatch(/^src\/pets\.ts:6\n/);
  });

  test('from the root of the project, where the bundle is in a folder', async () => {
    const { outputFiles } = await build({
      ...{ absWorkingDir: dir, entryPoints: ['src/pets.ts'], outfile: 'src/pets.mjs', bundle: true, format: 'esm' },
      ...{ sourcemap: 'external', write: false },
    });
    const [map, code] = ['.map', '.mjs'].map((end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '');
    const sha = Buffer.from('in a folder').toString('base64');
    await keepMaps(dir, { sha256: sha, maps: [{ path: 'src/pets.mjs.map', content: map ?? '' }] }, { commit: '' });
    const line = (code ?? '').split('\n').findIndex((text) => text.includes('new Error'));
    const at = `${line + 1}:${((code ?? '').split('\n')[line] ?? '').indexOf('new Error') + 1}`;
    const mapper = createStackMapper(dir, { find: async () => ({ sha256: sha }) as never }, { note: false });
    const { message } = await mapper(record(`    at boom (/var/task/src/pets.mjs:${at})`));
    expect(message).toBe('    at boom (src/pets.ts:6:9)');
  });

  test('by the commit, for a version that nobody knows any more', async () => {
    const fields = { version: '3', commit: 'abc1234' };
    expect(await mapped(`    at boom (/var/task/app.mjs:${place()})`, fields)).toBe('    at boom (src/pets.ts:6:9)');
  });
});

describe('a stack stays as it is', () => {
  test.each([
    ['in Node itself', '    at Server.emit (node:events:524:28)'],
    ['in a file without a map', '    at x (/var/task/other.mjs:1:1)'],
    ['beyond the end of the bundle', '    at x (/var/task/other/app.mjs.js:999:1)'],
  ])('%s', async (_title, frame) => expect(await mapped(frame)).toBe(frame));

  test('of a release without maps', async () => {
    const frame = `    at boom (/var/task/app.mjs:${place()})`;
    expect(await mapped(frame, { version: '8', commit: 'fff' })).toBe(frame);
    expect((await createStackMapper('/nowhere', releases, { note: false })(record(frame))).message).toBe(frame);
  });

  test('and what is no stack is not touched', async () => {
    const plain = record('lunch at 12:30:00', { a: 1 });
    expect(await createStackMapper(dir, releases, { note: true })(plain)).toBe(plain);
  });
});
