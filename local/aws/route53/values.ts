/**
 * What Route 53 refuses of a record: a value that is none of its type, a name that is none, a number out of range.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 */
import { isIPv4, isIPv6 } from 'node:net';

/** What is wrong, in the words that stand between the type and the value. */
type Check = (value: string) => string | null;

const isHost = (value: string) => /^(?:[\w*-]{1,63}\.)*[\w-]{1,63}\.?$/.test(value);

const host: Check = (value) => (isHost(value) ? null : 'DomainNameIllegal (Value is not a valid domain name)');

/** Numbers of 16 bits, as many as it says, then a host. */
function numbersAndHost(count: number): Check {
  return (value) => {
    const parts = value.split(/ +/);
    const numbers = parts.slice(0, -1);
    const fits = numbers.length === count && numbers.every((part) => /^\d+$/.test(part) && Number(part) <= 65_535);
    return fits ? host(parts.at(-1) ?? '') : 'RRDATAIllegal (Value has another form)';
  };
}

/** Texts in quotes, each of at most 255 bytes; a backslash and three digits are one. */
const texts: Check = (value) => {
  if (!/^(?:"(?:[^"\\]|\\.)*"\s*)+$/s.test(value))
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  const longest = Math.max(...[...value.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text = '']) => bytesOf(text)));
  return longest > 255 ? 'CharacterStringTooLong (Value is too long)' : null;
};

function bytesOf(text: string): number {
  return Buffer.byteLength(text.replaceAll(/\\(?:[0-7]{3}|.)/g, 'x'));
}

const caa: Check = (value) =>
  /^(?:\d|\d\d|1\d\d|2[0-4]\d|25[0-5]) [a-zA-Z0-9]+ "[^"]*"$/.test(value)
    ? null
    : 'CAARRDATAIllegal (Value is not flags, a tag and a value in quotation marks)';

/** Types that are kept without a look at their values. */
const unseen: Check = () => null;

const checks: Readonly<Record<string, Check>> = {
  A: (value) => (isIPv4(value) ? null : 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'),
  AAAA: (value) => (isIPv6(value) ? null : 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)'),
  CAA: caa,
  CNAME: host,
  MX: numbersAndHost(1),
  NS: host,
  PTR: host,
  SPF: texts,
  SRV: numbersAndHost(3),
  TXT: texts,
  ...Object.fromEntries(['DS', 'HTTPS', 'NAPTR', 'SOA', 'SSHFP', 'SVCB', 'TLSA'].map((type) => [type, unseen])),
};

export const recordTypes: readonly string[] = Object.keys(checks);

/** Of a record's values, in Route 53's words; empty when nothing is wrong. */
export function valueProblems(type: string, values: readonly string[]): string[] {
  const bad = values.flatMap((value) => {
    const problem = checks[type]?.(value) ?? null;
    return problem === null ? [] : [`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`];
  });
  const twice = values.filter((value, index) => values.indexOf(value) < index);
  return [
    ...bad,
    ...twice.map((value) => `Duplicate Resource Record: '${value}'`),
    ...(type === 'CNAME' && values.length > 1 ? ['CNAME record sets have exactly one value'] : []),
  ];
}

/** Of a name that ends with a dot. */
export function nameProblem(name: string): string | null {
  const labels = name.slice(0, -1).split('.');
  const problem = labels.some((label) => label === '')
    ? 'DomainLabelEmpty (Domain label is empty)'
    : labels.some((label) => label.replaceAll(/\\[0-7]{3}/g, 'x').length > 63)
      ? 'DomainLabelTooLong (Domain label is too long)'
      : null;
  return problem === null ? null : `FATAL problem: ${problem} encountered with '${name}'`;
}
