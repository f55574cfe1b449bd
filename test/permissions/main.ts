/**
 * `npm run permissions [-- --record] [-- --seconds N]`: deploys an app in every way, and holds the calls to
 * docs/permissions.md: they need what is recorded there; under exactly that policy everything works; and without any one
 * action the command that needs it ends with exit code 4 and names that action, to go on once it is allowed.
 *
 * `--seconds` are those of the last part. `--record` writes test/permissions/recorded.json anew and ends; `npm run generate`
 * makes the pages of it.
 * Ends with `permissions: N passed, N failed`, and exits 1 on a failure.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSandbox } from '../support/sandbox.ts';
import { drill } from './drill.ts';
import { readRecorded, recordedFile } from './files.ts';
import type { Recorded } from './page.ts';
import { recordStory } from './record.ts';

const { values } = parseArgs({
  options: { record: { type: 'boolean', default: false }, seconds: { type: 'string', default: '600' } },
});
const sandbox = createSandbox();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(1));

try {
  await end((await main()) ? 0 : 1);
} catch (error) {
  console.log(error);
  await end(1);
}

async function main(): Promise<boolean> {
  const recorded = await recordStory(sandbox);
  if (values.record) {
    writeFileSync(recordedFile, toText(recorded));
    return true;
  }
  const isFresh = toText(recorded) === toText(readRecorded());
  console.log(isFresh ? 'ok    the calls need what is recorded' : 'FAIL  the calls need something else: --record');
  const until = performance.now() + Number(values.seconds) * 1_000;
  const hasTime = () => performance.now() < until;
  const { passed, failed, left } = await drill(sandbox, recorded, hasTime, (line) => console.log(line));
  if (left > 0) console.log(`out of time: ${left} chapters were not tried action by action`);
  console.log(`permissions: ${passed + Number(isFresh)} passed, ${failed + Number(!isFresh)} failed`);
  return isFresh && failed === 0;
}

/** A line for each permission, sorted: several calls are under way at once. */
function toText(recorded: Recorded): string {
  const chapters = Object.entries(recorded).map(([title, permissions]) => {
    const lines = permissions.map((permission) => `    ${JSON.stringify(permission)}`).toSorted();
    return `  ${JSON.stringify(title)}: [\n${lines.join(',\n')}\n  ]`;
  });
  return `{\n${chapters.join(',\n')}\n}\n`;
}

async function end(code: number): Promise<never> {
  await sandbox.close();
  process.exit(code);
}
