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

export interface Rates {
  readonly dollarsPerGbSecond: Readonly<Record<Architecture, number>>;
  readonly dollarsPerMillionRequests: number;
}

/** The day on which the tables of this file were compared with AWS's. */
export const priceDate = '2026-11-26';

/** Of Lambda in regions that differ from US East; the others cost the same. docs/metrics.md names the source. */
const regional: Readonly<Record<string, Rates>> = {
  'af-south-1': rates(0.0000221, 0.00001768, 0.27),
  'ap-east-1': rates(0.00002292, 0.0000183, 0.28),
  'ap-southeast-5': rates(0.000015, 0.000012, 0.18),
  'eu-south-1': rates(0.0000195172, 0.0000156138, 0.23),
  'me-central-1': rates(0.0000206667, 0.0000165334, 0.25),
  'me-south-1': rates(0.0000206667, 0.0000165334, 0.25),
};

function rates(x86_64: number, arm64: number, dollarsPerMillionRequests: number): Rates {
  return { dollarsPerGbSecond: { x86_64, arm64 }, dollarsPerMillionRequests };
}

export function lambdaRates(region: string): Rates {
  return (Object.hasOwn(regional, region) && regional[region]) || { dollarsPerGbSecond, dollarsPerMillionRequests };
}

/** https://aws.amazon.com/api-gateway/pricing/: HTTP APIs in US East, the first 300 million a month. */
export const dollarsPerMillionApiRequests = 1;
/** What one request to an HTTP API may weigh; a larger one counts as several. */
export const apiRequestBytes: number = 512 * 1024;
/** https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer: out to the internet from US East, the first 10 TB a month. */
export const dollarsPerGbOut = 0.09;
