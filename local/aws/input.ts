/** Reading the members of a request by type. Each service names bad input in its own way, so it makes its own reader. */
import { isRecord } from '../../http/json.ts';
import { AwsError } from './error.ts';
import { copyRecord, emptyRecord } from './record.ts';

export type Input = Readonly<Record<string, unknown>>;

export interface Reader {
  text(input: Input, key: string): string | undefined;
  needText(input: Input, key: string): string;
  /** Takes numbers in query strings too. */
  number(input: Input, key: string): number | undefined;
  flag(input: Input, key: string): boolean | undefined;
  object(input: Input, key: string): Input | undefined;
  /** A list of texts; a lone text counts as a list of one, as in a query string. */
  texts(input: Input, key: string): string[] | undefined;
  objects(input: Input, key: string): Input[] | undefined;
  /** A map of texts. */
  map(input: Input, key: string): Record<string, string> | undefined;
}

/** A reader whose errors are called `code`. */
export function createReader(code: string): Reader {
  const fail = (key: string, expected: string): AwsError =>
    new AwsError(code, `1 validation error detected: Value at '${toMember(key)}' must be ${expected}`);

  function text(input: Input, key: string): string | undefined {
    const value = input[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw fail(key, 'a string');
    return value;
  }

  function list(input: Input, key: string): unknown[] | undefined {
    const value = input[key];
    if (value === undefined || value === null) return undefined;
    // So a form sends an empty one, `Tags=`.
    if (value === '') return [];
    if (!Array.isArray(value)) throw fail(key, 'a list');
    return value;
  }

  function object(input: Input, key: string): Input | undefined {
    const value = input[key];
    if (value === undefined || value === null) return undefined;
    if (!isRecord(value)) throw fail(key, 'an object');
    return value;
  }

  return {
    text,
    object,
    needText(input, key) {
      const value = text(input, key);
      if (value !== undefined && value !== '') return value;
      throw new AwsError(
        code,
        `1 validation error detected: Value null at '${toMember(key)}' failed to satisfy constraint: Member must not be null`,
      );
    },
    number(input, key) {
      const value = input[key];
      if (value === undefined || value === null) return undefined;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw fail(key, 'a number');
      return number;
    },
    flag(input, key) {
      const value = input[key];
      if (value === undefined || value === null) return undefined;
      if (value === 'true' || value === 'false') return value === 'true';
      if (typeof value !== 'boolean') throw fail(key, 'a boolean');
      return value;
    },
    texts(input, key) {
      const values = typeof input[key] === 'string' ? [input[key]] : list(input, key);
      return values?.map((value) => {
        if (typeof value !== 'string') throw fail(key, 'a list of strings');
        return value;
      });
    },
    objects(input, key) {
      return list(input, key)?.map((value) => {
        if (!isRecord(value)) throw fail(key, 'a list of objects');
        return value;
      });
    },
    map(input, key) {
      const value = object(input, key);
      if (!value) return undefined;
      const result = emptyRecord<string>();
      for (const [name, item] of Object.entries(value)) {
        if (typeof item !== 'string') throw fail(key, 'a map of strings');
        result[name] = item;
      }
      return copyRecord(result);
    },
  };
}

/** AWS names members in lower camel case in its messages. */
export function toMember(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** AWS's wording for a number out of range. */
export function checkRange(code: string, key: string, value: number, { min, max }: Bounds): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  if (!Number.isInteger(value)) throw constraint(code, key, String(value), 'Member must be an integer');
  const rule = value < min ? `value greater than or equal to ${min}` : `value less than or equal to ${max}`;
  throw constraint(code, key, String(value), `Member must have ${rule}`);
}

/** AWS's wording for a text that does not fit a pattern. */
export function checkPattern(code: string, key: string, value: string, pattern: RegExp): void {
  if (pattern.test(value)) return;
  throw constraint(code, key, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
}

/** What every service takes of tags: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
export const tagKeyPattern: RegExp = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
export const tagValuePattern: RegExp = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** AWS's wording for a text that is not in a list. */
export function checkChoice(code: string, key: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw constraint(code, key, value, `Member must satisfy enum value set: [${choices.join(', ')}]`);
}

function constraint(code: string, key: string, value: string, rule: string): AwsError {
  return new AwsError(
    code,
    `1 validation error detected: Value '${value}' at '${toMember(key)}' failed to satisfy constraint: ${rule}`,
  );
}
