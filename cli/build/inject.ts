/** `inject`: files become values when the app is built, so that nothing has to be read in Lambda. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageConfig } from '../../config/index.ts';
import { injectRefusal } from '../../config/inject.ts';
import { UpError } from '../errors.ts';
import { isInside } from './walk.ts';

type Inject = StageConfig['inject'];
type Rule = Inject['head'][number];

/** It goes into the configuration of every stage, and into every page. */
const maxFileBytes = 256 * 1024;

export async function readInjected(dir: string, { head, body }: Inject): Promise<Inject> {
  return { head: await readRules(dir, 'head', head), body: await readRules(dir, 'body', body) };
}

function readRules(dir: string, place: string, rules: readonly Rule[]): Promise<Rule[]> {
  return Promise.all(rules.map((rule, index) => readRule(dir, `inject.${place}[${index}].file`, rule)));
}

async function readRule(dir: string, path: string, { type, value, file }: Rule): Promise<Rule> {
  if (file === undefined) return { type, value };
  const text = await readText(dir, file, `${path}: ${file}`);
  const refusal = injectRefusal(type, text);
  if (refusal) throw new UpError('UP_CONFIG', `${path}: ${file} ${refusal}`);
  return { type, value: text };
}

async function readText(dir: string, path: string, name: string): Promise<string> {
  const file = await realpath(join(dir, path)).catch(() => '');
  const found = await stat(file).catch(() => null);
  // It goes into every page: a link must not fetch what lies beside the app.
  if (!found?.isFile() || !isInside(await realpath(dir), file))
    throw new UpError('UP_CONFIG', `${name} is not a file of the app`);
  if (found.size > maxFileBytes) throw new UpError('UP_CONFIG', `${name} is larger than ${maxFileBytes} bytes`);
  return readFile(file, 'utf8');
}
