/** What `up start` shows on a terminal. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Context } from '../../cli/command.ts';
import { createLines } from '../../cli/commands/start/lines.ts';
import { startLog } from '../../cli/commands/start/log.ts';
import { renderStack } from '../../cli/commands/start/stack.ts';
import { createStyle } from '../../cli/output/style.ts';

const timestamp = new Date(2026, 10, 26, 14, 2, 11).toISOString();
const base = { app: 'pets', stage: 'development', version: 'local', commit: '' };

function shown(records: readonly object[], columns = 80) {
  const written: string[] = [];
  const style = createStyle({ color: false, unicode: true });
  const lines = createLines({ write: (line) => written.push(line), style, columns, dir: '/work/pets', verbose: false });
  const write = (record: object) => lines.write(JSON.stringify({ timestamp, level: 'info', fields: base, ...record }));
  for (const record of records) write(record);
  return { lines, write, text: () => written.join('\n') };
}

const response = (fields: object) => ({
  message: 'response',
  fields: { ...base, method: 'GET', path: '/', query: '', status: 200, duration: 4.2, size: 1234, ...fields },
});

test('a request is a line, with what the start took when it waited for it', () => {
  const { text } = shown([
    { level: 'debug', message: 'app listening', fields: { ...base, duration: 182 } },
    response({ cold: true }),
    response({ method: 'DELETE', path: '/pets/7', query: 'x=1', status: 404, size: 0 }),
  ]);
  expect(text()).toMatchInlineSnapshot(`
    "14:02:11  GET    /                         200     4 ms   1.2 kB   cold 182 ms
    14:02:11  DELETE /pets/7?x=1               404     4 ms      0 B"
  `);
});

test('of a start that failed it is not told how long the one before took', () => {
  const { lines, write, text } = shown([
    { level: 'debug', message: 'app listening', fields: { ...base, duration: 182 } },
  ]);
  lines.restarted();
  write(response({ status: 502, cold: true }));
  expect(text()).toMatch(/502.* cold$/);
});

test('a window that was made smaller is written to as it is now', () => {
  const window = { columns: 120, stdout: new PassThrough(), stdoutIsTty: true, env: { NO_COLOR: '1' } };
  const { lines } = startLog({ io: window, flags: {} } as unknown as Context, '/work/pets');
  const line = JSON.stringify({ timestamp, level: 'info', ...response({ path: `/${'pets/'.repeat(40)}` }) });
  const widths = [120, 60].map((columns) => {
    window.columns = columns;
    lines?.write(line);
    return String(window.stdout.read()).length - 1;
  });
  expect(widths).toEqual([100, 60]);
});

test.each([40, 80, 120])('a line fits %d columns, however long the path', (columns) => {
  const { text } = shown([response({ path: `/${'pets/'.repeat(40)}`, cold: true })], columns);
  expect(text().length).toBeLessThanOrEqual(Math.max(columns, 66));
});

test('an error of the app names places of the project and no others', () => {
  const stack = [
    "TypeError: Cannot read properties of undefined (reading 'name')",
    '    at create (file:///work/pets/src/pets.ts:14:22)',
    '    at Layer.handle (/work/pets/node_modules/router/lib/layer.js:152:17)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  ].join('\n');
  const { text } = shown([{ level: 'error', message: stack }]);
  expect(text()).toMatchInlineSnapshot(`
    "14:02:11  ✗ TypeError: Cannot read properties of undefined (reading 'name')
                  at create (src/pets.ts:14:22)"
  `);
});

test.each([
  '/work/pets',
  'file:///work/pets',
])('a place in a package of --lambda is the place in the project: %s', (at) => {
  const { text } = shown([
    { level: 'error', message: `Error: no\n    at create (${at}/.up/lambda/4711/12/src/pets.js:14:22)` },
  ]);
  expect(text()).toMatch(/ at create \(src\/pets\.js:14:22\)$/);
});

test('a stack without a place of the project is shown whole', () => {
  const stack = 'Error: no\n    at node:internal/main:1:1';
  expect(renderStack(stack, { dir: '/work/pets', verbose: false })).toBe(stack);
});

test('an app that fails to start in the same words again and again says it once, and anew after an edit', () => {
  const failure = [
    { level: 'error', message: 'SyntaxError: Unexpected token' },
    { level: 'error', message: 'the app exited with code 1 before listening on PORT' },
  ];
  const { lines, write, text } = shown([...failure, ...failure, ...failure]);
  expect(text().match(/SyntaxError/g)).toHaveLength(1);
  lines.restarted();
  for (const record of failure) write(record);
  expect(text().match(/SyntaxError/g)).toHaveLength(2);
});

test('the level decides what is shown; errors are counted whatever it is', () => {
  const { lines, write, text } = shown([{ level: 'debug', message: 'detail' }]);
  expect(text()).toBe('');
  expect(lines.nextLevel()).toBe('warn');
  write({ message: 'plain' });
  write(response({}));
  write(response({ status: 502 }));
  expect(text().split('\n')).toEqual([expect.stringContaining('502')]);
  expect([lines.nextLevel(), lines.nextLevel()]).toEqual(['error', 'debug']);
  write({ level: 'debug', message: 'detail' });
  expect(text()).toContain('detail');
  expect(lines.summary()).toEqual({ requests: 2, errors: 1 });
});

test('nothing that an app prints moves the cursor', () => {
  expect(shown([{ message: 'a\u001b[2Jb\rc' }]).text()).toBe('14:02:11  a[2Jbc');
});
