/** `up env set` and `up env push`: new values, each checked before the first is written. */
import { resolve } from 'node:path';
import { type Assignment, findParameters, type Kind, putParameter } from '../aws/resources/parameter.ts';
import { requireText } from '../build/read-text.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { count } from '../output/format.ts';
import { askValue } from '../prompt/ask-hidden.ts';
import { parseDotenv } from './dotenv.ts';
import { finish } from './finish.ts';
import { markFunction } from './mark.ts';
import { type ChangeFlags, type Opened, openVariables } from './scope.ts';
import { checkName, checkValue, lastOfEach, parseSetWords } from './words.ts';

export async function set(context: Context, flags: ChangeFlags, words: readonly string[]): Promise<void> {
  const parsed = parseSetWords(words);
  if (parsed.kind === 'given') return write(context, flags, parsed.assignments);
  const { name } = parsed;
  await write(context, flags, [{ name, value: checkValue(name, await askValue(context.io, name)) }]);
}

export async function push(context: Context, flags: ChangeFlags, words: readonly string[]): Promise<void> {
  const [file = '.env', ...more] = words;
  if (more.length > 0) throw new UpError('UP_USAGE', 'up env push takes one file', { hint: 'up env push .env' });
  const text = await requireText(resolve(context.io.cwd, context.flags.chdir, file));
  const assignments = lastOfEach(parseDotenv(text, file));
  for (const { name, value } of assignments) checkValue(checkName(name, `A name in ${file}`), value);
  if (assignments.length === 0) throw new UpError('UP_ENV_FILE', `${file} holds no variables`, { hint: 'NAME=value' });
  await write(context, flags, assignments);
}

async function write(context: Context, flags: ChangeFlags, assignments: readonly Assignment[]): Promise<void> {
  if (flags.kind === 'secret') context.secrets.add(assignments.map(({ value }) => value));
  const opened = await openVariables(context, flags);
  const changed = await changedOnes(opened, flags.kind, assignments);
  const written = await context.report.step('Set', async (say) => {
    const done: { name: string; version: number }[] = [];
    // First: a value that no deploy knows of would be worse than a look that finds none.
    const marked = changed.length === 0 || (await markFunction(opened));
    for (const { name, value } of changed) {
      say(name);
      const version = await putParameter(opened.clients, opened.app, {
        name,
        value,
        kind: flags.kind,
        scope: opened.scope,
      });
      done.push({ name, version });
    }
    // The first deploy may have made it meanwhile.
    if (!marked) await markFunction(opened);
    say(summary(flags.kind, changed, assignments.length));
    return done;
  });
  await finish(context, opened, {
    apply: flags.apply,
    changed: written.length > 0,
    result: { kind: flags.kind, set: written },
  });
}

/** A value that is there already makes no new version. */
async function changedOnes({ clients, app, scope }: Opened, kind: Kind, assignments: readonly Assignment[]) {
  const names = assignments.map(({ name }) => name);
  const before = await findParameters(clients, app, scope, names);
  return assignments.filter(({ name, value }) => {
    const found = before.get(name);
    return found?.value !== value || found.kind !== kind;
  });
}

const namesShown = 3;

function summary(kind: Kind, changed: readonly Assignment[], all: number): string {
  const names = changed.map(({ name }) => name);
  const shown = names.length > namesShown ? count(names.length, 'variable') : names.join(', ');
  const unchanged = all - changed.length;
  const kept = unchanged > 0 ? [`${count(unchanged, 'variable')} unchanged`] : [];
  return [...(names.length > 0 ? [`${shown} (${kind})`] : []), ...kept].join(', ');
}
