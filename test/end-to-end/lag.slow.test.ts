/** A platform that is as late as AWS, and everything of an app's life through it. */
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

test('up deploys, changes, moves back and deletes through the lag', async () => {
  await sandbox.platform({}, ['--lag', '0.5']);
  const dir = sandbox.project('late', { 'up.json': '{"name": "late"}' });
  const write = (code: string) =>
    writeFiles(dir, {
      'app.js': `require('node:http').createServer((req, res) => res.end('${code}')).listen(process.env.PORT);`,
    });
  const succeed = async (...words: string[]): Promise<Ran> => {
    const ran = await sandbox.up([...words, '--local'], { cwd: dir });
    expect(ran.code, ran.stderr).toBe(0);
    return ran;
  };
  write('one');
  const url = (await succeed('--no-check')).stdout.trim();
  expect((await send(url)).text).toBe('one');
  write('two');
  await succeed('--no-check');
  expect((await send(url)).text).toBe('two');
  await succeed('rollback');
  expect((await send(url)).text).toBe('one');
  await succeed('delete', '--yes');
  expect((await send(url).catch(() => ({ status: 0 }))).status).not.toBe(200);
});
