/**
 * What `up start` gives the app in the place of parameters, without asking AWS: the file `.env` of the project, which
 * stands over up.json as parameters do, and under what the shell says for this one run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../command.ts';
import { count } from '../output/format.ts';
import { parseDotenv } from './dotenv.ts';

type Variables = Readonly<Record<string, string>>;

const file = '.env';

/** Over those of the shell; `own` are those of up.json. */
export async function startVariables({ io, report }: Context, dir: string, own: Variables): Promise<Variables> {
  const text = await readText(join(dir, file));
  if (text === null) return own;
  const read = parseDotenv(text, file);
  report.info('Variables', `${count(read.length, 'variable')} of ${file}`);
  const said = ({ name, value }: { name: string; value: string }) => [name, io.env[name] ?? value] as const;
  return { ...own, ...Object.fromEntries(read.map(said)) };
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
