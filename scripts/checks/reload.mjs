/**
 * Measures what somebody waits for who edits a file under `up start`: from the write to the first answer of the edited
 * app, in the TypeScript example, `--edits N` times; and the same under `up start --lambda`, where the answer has a cold
 * start in it and no bound holds. That of the median is 300 ms; a machine on which the bare app takes longer than 100 ms
 * to boot gets three times its boot.
 */
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, require, runCheck } from './check.mjs';
import { eventually, freePort, start } from './processes.mjs';
import { copyExample, requireBuild, startUp } from './project.mjs';

const boundMs = 300;
const bootOfAnIdleMachineMs = 100;
/** An edit right after a start may be taken for the app's own doing; people take longer. */
const betweenMs = 550;

await runCheck(
  'reload',
  60,
  async (check) => {
    await requireBuild();
    const dir = copyExample(check, 'typescript');
    const boots = [];
    for (let i = 0; i < 5; i++) boots.push(await bootOf(join(dir, 'bare.mjs')));
    const bound = boundMs * Math.max(1, median(boots) / bootOfAnIdleMachineMs);
    check.note(`a bare app boots in ${ms(median(boots))}`);
    await measure(check, dir, [], check.sizes.edits, bound);
    await measure(check, dir, ['--lambda'], Math.ceil(check.sizes.edits / 3), Number.POSITIVE_INFINITY);
  },
  { edits: 15 },
);

async function measure(check, dir, flags, edits, bound) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/ada`;
  const name = ['up start', ...flags].join(' ');
  const program = startUp(check, ['start', '--port', String(port), '-C', dir, ...flags]);
  const wanted = Number.isFinite(bound) ? `, in a median of less than ${ms(bound)}` : '';
  await check.case(`${name}: ${edits} edits are answered${wanted}`, async () => {
    await eventually('the watcher', () => /^watch: /m.test(program.stderr), 20);
    await eventually('the app', async () => (await ask(url)).status === 200, 20);
    const times = [];
    for (let i = 0; i < edits; i++) {
      await sleep(betweenMs);
      times.push(await edit(dir, url, `Edit ${flags.length} ${i}`));
    }
    require(median(times) < bound, `the median of ${times.map(ms).join(', ')} is ${ms(median(times))}`);
    return `median ${ms(median(times))}, best ${ms(Math.min(...times))}, worst ${ms(Math.max(...times))}`;
  });
}

/** Milliseconds from the write to its answer; every answer until then has to be a good one too. */
async function edit(dir, url, word) {
  const source = `export const greet = (name: string) => ({ greeting: \`${word}, \${name}\`, length: 0 });\n`;
  const written = performance.now();
  writeFileSync(join(dir, 'src', 'greet.ts'), source);
  for (;;) {
    const { status, body } = await ask(url);
    expect(status, 200, 'an answer between write and reload');
    if (body.includes(word)) return performance.now() - written;
    require(performance.now() - written < 15_000, `${word} was never answered`);
    await sleep(2);
  }
}

async function bootOf(file) {
  writeFileSync(
    file,
    `import { createServer } from 'node:http';\ncreateServer((req, res) => res.end('up')).listen(process.env.PORT);\n`,
  );
  const port = await freePort();
  const started = performance.now();
  const app = start(process.execPath, [file], { env: { ...process.env, PORT: String(port) } });
  await eventually('the bare app', () => ask(`http://127.0.0.1:${port}/`).catch(() => null));
  const took = performance.now() - started;
  app.child.kill('SIGKILL');
  await app.exited;
  return took;
}

function ask(url) {
  return new Promise((resolve, reject) => {
    const req = get(url, { agent: false }, async (res) => resolve({ status: res.statusCode, body: await text(res) }));
    req.once('error', reject);
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value) {
  return `${Math.round(value)} ms`;
}
