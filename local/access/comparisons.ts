/**
 * What the operators of conditions compare.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP } from 'node:net';
import { matchesArn, matchesPattern } from './pattern.ts';

export type Compare = (found: string, wanted: string) => boolean;

const equalsArn: Compare = (found, wanted) => matchesArn(wanted, found);

/** Those of numbers and dates, by the end of their name. */
const orders: Readonly<Record<string, (found: number, wanted: number) => boolean>> = {
  Equals: (found, wanted) => found === wanted,
  LessThan: (found, wanted) => found < wanted,
  LessThanEquals: (found, wanted) => found <= wanted,
  GreaterThan: (found, wanted) => found > wanted,
  GreaterThanEquals: (found, wanted) => found >= wanted,
};

function ordered(type: string, toNumber: (text: string) => number): [string, Compare][] {
  return Object.entries(orders).map(([order, holds]) => [
    `${type}${order}`,
    (found, wanted) => holds(toNumber(found), toNumber(wanted)),
  ]);
}

/** ISO 8601, or seconds of the epoch; NaN for anything else, which compares with nothing. */
function toTime(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** `wanted`: an address or, in CIDR notation, a block of them. */
function isWithin(found: string, wanted: string): boolean {
  const [address = '', bits] = wanted.split('/');
  const families = { 4: 'ipv4', 6: 'ipv6' } as const;
  const [of, is] = [isIP(address), isIP(found)];
  if ((of !== 4 && of !== 6) || (is !== 4 && is !== 6)) return false;
  const prefix = bits === undefined ? (of === 4 ? 32 : 128) : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (of === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  block.addSubnet(address, prefix, families[of]);
  return block.check(found, families[is]);
}

export const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (found, wanted) => found === wanted,
  StringEqualsIgnoreCase: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  StringLike: (found, wanted) => matchesPattern(wanted, found),
  // The two behave the same: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
  ArnEquals: equalsArn,
  ArnLike: equalsArn,
  Bool: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: (found, wanted) => found === wanted,
  IpAddress: isWithin,
  ...Object.fromEntries([...ordered('Numeric', Number), ...ordered('Date', toTime)]),
};

export const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};
