/**
 * What `up start` gives the app in the place of parameters, without asking AWS: the files of variables of the project,
 * which stand over up.json as parameters do, and under what the shell says for this one run.
 */
import { join } from 'node:path';
import type { Assignment } from '../aws/resources/parameter.ts';
import { systemCode } from '../build/error.ts';
import { readText } from '../build/read-text.ts';
import { parseDotenv } from './dotenv.ts';

type Variables = Readonly<Record<string, string>>;

export interface StartVariables {
  readonly variables: Variables;
  /** Those that are there, with how many variables each has; the last one wins. */
  readonly files: readonly { readonly name: string; readonly count: number }[];
}

/** Later ones stand over earlier ones: what is this machine's alone, over what the stage says, over what all share. */
export function variableFiles(stage: string): readonly string[] {
  return ['.env', `.env.${stage}`, '.env.local'];
}

/** Over those of the shell; `own` are those of up.json. */
export async function startVariables(
  env: NodeJS.ProcessEnv,
  dir: string,
  stage: string,
  own: Variables,
): Promise<StartVariables> {
  const read = await Promise.all(variableFiles(stage).map((name) => readVariables(dir, name)));
  const found = read.filter((file) => file !== null);
  const named = found.flatMap(({ assignments }) => assignments);
  const said = named.map(({ name, value }) => [name, env[name] ?? value] as const);
  return {
    variables: { ...own, ...Object.fromEntries(said) },
    files: found.map(({ name, assignments }) => ({ name, count: assignments.length })),
  };
}

async function readVariables(
  dir: string,
  name: string,
): Promise<{ readonly name: string; readonly assignments: readonly Assignment[] } | null> {
  const text = await readText(join(dir, name)).catch(ofFolder);
  return text === undefined ? null : { name, assignments: parseDotenv(text, name) };
}

/** A folder of that name, as of Python's environments, has no variables. */
function ofFolder(error: unknown): undefined {
  if (systemCode(error) !== 'EISDIR') throw error;
}
