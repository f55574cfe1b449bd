/**
 * What requests cost on Lambda, for comparing two settings: list prices of US East (N. Virginia), first tier, without the
 * free tier. https://aws.amazon.com/lambda/pricing/, as of 2026-11-26. Some regions cost more; the ratio is the same.
 */
export type Architecture = 'arm64' | 'x86_64';

export const dollarsPerGbSecond: Readonly<Record<Architecture, number>> = { x86_64: 0.0000166667, arm64: 0.0000133334 };
export const dollarsPerMillionRequests = 0.2;

/** Dollars for a million requests of `milliseconds` each at `memory` MB. */
export function pricePerMillion(memory: number, architecture: Architecture, milliseconds: number): number {
  const gbSeconds = (memory / 1024) * (milliseconds / 1000) * 1_000_000;
  return gbSeconds * dollarsPerGbSecond[architecture] + dollarsPerMillionRequests;
}
