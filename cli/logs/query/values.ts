/** Values of a query: numbers with units, and texts with escapes and wildcards. */
import type { Text } from './ast.ts';

/** Sizes are powers of 1024 and durations are milliseconds, as apex/up had them. */
const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

export const unitNames = Object.keys(units).join(', ');

/** `1.5mb` -> 1572864; null for what is no number, or one with a unit nobody knows. */
export function parseNumber(word: string): number | null {
  const [, digits, unit] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/i.exec(word) ?? [];
  if (digits === undefined) return null;
  const number = unit ? withUnit(Number(digits), unit) : Number(digits);
  return Number.isFinite(number) ? number : null;
}

/** 5MB is what people write; 5M would be minutes to some and megabytes to others. */
function withUnit(number: number, unit: string): number {
  const factor = units[/^[kmg]?b$/i.test(unit) ? unit.toLowerCase() : unit] ?? Number.NaN;
  // 2.3 * 1000 is 2299.9999999999995: no field holds that.
  return Number((number * factor).toPrecision(15));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** `*` stands for any run of characters, `\*` for itself; `\n`, `\t` and `\r` are what they are in JSON. */
export function parseText(raw: string): Text {
  const parts = [''];
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at] ?? '';
    if (character === '*') {
      parts.push('');
      continue;
    }
    const next = raw[at + 1];
    const escaped = character === '\\' && next !== undefined;
    if (escaped) at++;
    parts[parts.length - 1] += escaped ? (escapes[next] ?? next) : character;
  }
  return { kind: 'text', parts };
}

/** A text that is found anywhere. */
export function anywhere({ parts }: Text): Text {
  return { kind: 'text', parts: ['', ...parts, ''] };
}
