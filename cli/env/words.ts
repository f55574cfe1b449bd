/**
 * What `up env set` is given: `NAME=value ...`, or one NAME whose value is asked for. Errors never repeat a word, nor
 * say more of a value than what is wrong with it.
 */
import { nameRefusal } from '../../config/index.ts';
import type { Assignment } from '../aws/resources/parameter.ts';
import { UpError } from '../errors.ts';

export type SetWords =
  | { readonly kind: 'given'; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'asked'; readonly name: string };

export function parseSetWords(words: readonly string[]): SetWords {
  const [first] = words;
  if (first === undefined) throw usage('up env set needs a NAME');
  if (words.length === 1 && !first.includes('=')) return { kind: 'asked', name: checkName(first, 'The name') };
  const assignments = words.map((word, index) => toAssignment(word, index + 1));
  return { kind: 'given', assignments: lastOfEach(assignments) };
}

function toAssignment(word: string, place: number): Assignment {
  const at = word.indexOf('=');
  if (at === -1) throw usage(`Word ${place} is not NAME=value`);
  const name = checkName(word.slice(0, at), `The name in word ${place}`);
  return { name, value: checkValue(name, word.slice(at + 1)) };
}

function usage(message: string): UpError {
  return new UpError('UP_USAGE', message, {
    hint: 'up env set NAME=value, or up env set NAME to be asked for the value',
    next: ['up env set --help'],
  });
}

/** What is set twice has the value that comes last, as in a file. */
export function lastOfEach(assignments: readonly Assignment[]): Assignment[] {
  return [...new Map(assignments.map((one) => [one.name, one])).values()];
}

/** A word that is no name may be a value, so it is not repeated. `what` is how the error calls it. */
export function checkName(name: string, what: string): string {
  const refusal = nameRefusal(name);
  if (refusal === undefined) return name;
  const isReserved = refusal.startsWith('is reserved');
  throw new UpError('UP_ENV_NAME', `${isReserved ? name : what} ${refusal}`, { hint: 'choose another name' });
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: the most that a standard parameter holds, which costs nothing. */
const maxValueBytes = 4096;

export function checkValue(name: string, value: string): string {
  const refusal = valueRefusal(value);
  if (refusal === undefined) return value;
  throw new UpError('UP_ENV_NAME', `The value of ${name} ${refusal}`);
}

function valueRefusal(value: string): string | undefined {
  if (value === '') return 'is empty, which a parameter of AWS cannot be: put "" into up.json';
  if (value.includes('\u0000')) return 'holds a NUL character: no process can be given one';
  if (/\{\{.*\}\}/s.test(value)) return 'holds {{ }}, which AWS takes for a reference to another parameter';
  const size = Buffer.byteLength(value);
  return size > maxValueBytes ? `is ${size} bytes long, and a parameter of AWS holds ${maxValueBytes}` : undefined;
}
