/**
 * Regular expressions of a query. Clients choose what stands in the lines of a log, so a pattern and a line may take
 * practically for ever to match, which cannot be interrupted: patterns that might are matched under a time limit.
 */
import { createContext, Script } from 'node:vm';
import { UpError } from '../../errors.ts';

const longestMs = 1_000;
/** In a tenth of a second. */
const manySteps = 1e7;

const box = createContext({ regex: /./, text: '' });
const bounded = new Script('regex.test(text)');

/** Throws UP_LOGS_QUERY when it takes more than a second. */
export type TestText = (text: string) => boolean;

export function compileRegex(source: string): TestText {
  const regex = new RegExp(source);
  const power = 1 + repetitions(source);
  // A limit costs a hundred times what most tests do.
  return (text) => (text.length ** power <= manySteps ? regex.test(text) : testWithin(regex, text));
}

function testWithin(regex: RegExp, text: string): boolean {
  Object.assign(box, { regex, text });
  try {
    return bounded.runInContext(box, { timeout: longestMs }) === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UpError('UP_LOGS_QUERY', `The regular expression ${regex} takes more than a second for one line`, {
      hint: 'ask without repetitions inside of repetitions, or by contains and *',
    });
  }
}

/** Each may try every length, and the whole every place. One of a group multiplies with those in it, without end. */
export function repetitions(source: string): number {
  const atoms = source.replace(/\\[1-9k]/g, '()*').replace(/\\./gs, 'a');
  const plain = atoms.replace(/\[[^\]]*\]/g, 'a').replaceAll('(?', '(');
  if (/\)(?:[*+?]|\{\d)/.test(plain)) return Number.POSITIVE_INFINITY;
  return plain.match(/[*+?]|\{\d/g)?.length ?? 0;
}
