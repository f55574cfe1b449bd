/**
 * What every check shares: its cases, its time budget, its clean-up and its last line.
 *
 * A check prints one line per case and ends with `NAME: N passed, N failed`; it exits 1 when a case failed, when none
 * ran, or when its budget (`--seconds N`) was spent before the end. Without the toolchain it needs it prints
 * `NAME: skipped, no go` and exits 0.
 */
import { parseArgs } from 'node:util';
import { endProcesses } from './processes.mjs';

/** Thrown by a check whose toolchain is missing: `throw new Skip('go')`. */
export class Skip extends Error {}

/** Asserts with a message that says what was found. */
export function expect(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: found ${a}, wanted ${b}`);
}

export function require(condition, message) {
  if (!condition) throw new Error(message);
}

/**
 * Runs a check. `body` gets `{ case, skip, note, onEnd, seconds, sizes }`:
 * `case(title, work)` counts one case, never rejects and shows the text that `work` returns;
 * `onEnd(work)` registers clean-up, run in reverse order whatever happens;
 * `sizes` are the whole numbers that may be given beside the budget, `{ kills: 1_000 }` for `--kills N`.
 */
export async function runCheck(name, defaultSeconds, body, defaultSizes = {}) {
  const { seconds, ...sizes } = readNumbers({ seconds: defaultSeconds, ...defaultSizes });
  const started = performance.now();
  const endings = [];
  const running = new Set();
  let passed = 0;
  let failed = 0;
  let ended = false;

  const fail = (title, since, error) => {
    failed++;
    print('FAIL', title, since);
    print(indent(error instanceof Error ? describe(error) : String(error)));
  };

  const check = {
    seconds,
    sizes,
    note: (text) => print(indent(text)),
    skip: (title, why) => print('skip', `${title}: no ${why}`),
    onEnd: (ending) => void endings.push(ending),
    async case(title, work) {
      const since = performance.now();
      running.add(title);
      try {
        const said = await work();
        if (ended) return;
        passed++;
        print('ok', said ? `${title}: ${said}` : title, since);
      } catch (error) {
        if (!ended) fail(title, since, error);
      } finally {
        running.delete(title);
      }
    },
  };

  async function finish(code) {
    if (ended) return;
    ended = true;
    for (const ending of endings.reverse())
      await within(10_000, ending()).catch((error) => fail('clean-up', null, error));
    await endProcesses();
    console.log(`${name}: ${passed} passed, ${failed} failed`);
    process.exit(code ?? (failed > 0 || passed === 0 ? 1 : 0));
  }

  const abandon = (why, code) => {
    fail([...running].join(', ') || 'set-up', started, why);
    void finish(code);
  };
  process.once('SIGINT', () => abandon('interrupted', 130));
  process.once('SIGTERM', () => abandon('interrupted', 143));
  setTimeout(() => abandon(`out of time: the budget is ${seconds} s`), seconds * 1000);

  try {
    await body(check);
  } catch (error) {
    if (error instanceof Skip && passed + failed === 0) {
      console.log(`${name}: skipped, no ${error.message}`);
      for (const ending of endings.reverse()) await ending();
      process.exit(0);
    }
    if (!ended) fail('set-up', started, error);
  }
  await finish();
}

function readNumbers(defaults) {
  const options = Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: String(value) }]);
  const { values } = parseArgs({ options: Object.fromEntries(options) });
  const numbers = Object.entries(values).map(([name, value]) => [name, Number(value)]);
  for (const [name, number] of numbers) if (!(number >= 0) || (name === 'seconds' && number === 0)) refuse(name);
  return Object.fromEntries(numbers);
}

function refuse(name) {
  console.error(`--${name} takes a number${name === 'seconds' ? ' above 0' : ''}`);
  process.exit(2);
}

function print(mark, title, since) {
  if (title === undefined) return console.log(mark);
  const time = typeof since === 'number' ? `  (${((performance.now() - since) / 1000).toFixed(1)} s)` : '';
  console.log(`${mark.padEnd(4)}  ${title}${time}`);
}

function indent(text) {
  return String(text)
    .trimEnd()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n');
}

/** What was found, and the line of the check that found it. */
function describe({ message, stack = '' }) {
  const lines = stack.split('\n').filter((line) => /^ +at .*scripts\/checks\/(?!check|processes|project)/.test(line));
  return `${message.slice(0, 2_000)}\n${lines[0]?.trim() ?? ''}`;
}

async function within(milliseconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('clean-up hangs')), milliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
