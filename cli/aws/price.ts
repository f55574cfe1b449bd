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

/** What one request to an HTTP API may weigh; a larger one counts as several. */
export const apiRequestBytes: number = 512 * 1024;

/** A price that is not known of a region is that of US East, and said to be. */
export interface Price {
  readonly dollars: number;
  readonly assumed: boolean;
}

/** https://aws.amazon.com/api-gateway/pricing/: HTTP APIs, the first 300 million a month. docs/metrics.md names the sources. */
const dollarsPerMillionApiRequests: Readonly<Record<string, number>> = { 'us-east-1': 1, 'ap-northeast-2': 1.23 };

/** https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer: out to the internet, the first 10 TB a month. */
const dollarsPerGbOut: Readonly<Record<string, number>> = {
  ...{ 'us-east-1': 0.09, 'us-east-2': 0.09, 'us-west-2': 0.09, 'ca-central-1': 0.09 },
  ...{ 'eu-west-1': 0.09, 'eu-west-2': 0.09, 'eu-central-1': 0.09 },
  ...{ 'ap-northeast-1': 0.114, 'ap-southeast-1': 0.12, 'ap-southeast-2': 0.114 },
  ...{ 'ap-south-1': 0.1093, 'sa-east-1': 0.15 },
};

/** Of a million requests to an HTTP API. */
export function apiPrice(region: string): Price {
  return priceIn(dollarsPerMillionApiRequests, region);
}

/** Of a GB. */
export function transferPrice(region: string): Price {
  return priceIn(dollarsPerGbOut, region);
}

function priceIn(prices: Readonly<Record<string, number>>, region: string): Price {
  const known = Object.hasOwn(prices, region) ? prices[region] : undefined;
  return { dollars: known ?? prices['us-east-1'] ?? 0, assumed: known === undefined };
}
