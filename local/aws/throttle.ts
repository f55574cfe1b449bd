/**
 * Throttling, for a platform with lag: each service takes so many calls at once and so many a second. What carries traffic,
 * invocations and objects, is left alone.
 */
import { AwsError } from './error.ts';

/** Throws an AwsError for a call that is one too many. */
export type Throttle = (service: string, operation: string) => void;

/** Of each service; smaller than AWS's own, so that a deploy meets it. */
const bucket = { size: 6, perSecond: 6 };

/** Others say ThrottlingException. */
const codes: Readonly<Record<string, string>> = {
  apigatewayv2: 'TooManyRequestsException',
  iam: 'Throttling',
  lambda: 'TooManyRequestsException',
  route53: 'Throttling',
  sns: 'Throttled',
  sts: 'Throttling',
};

export function createThrottle(now: () => number): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return function throttle(service, operation) {
    if (service === 's3' || operation === 'Invoke') return;
    const time = now();
    const { tokens, at } = buckets.get(service) ?? { tokens: bucket.size, at: time };
    const filled = Math.min(bucket.size, tokens + ((time - at) / 1_000) * bucket.perSecond);
    buckets.set(service, { tokens: filled >= 1 ? filled - 1 : filled, at: time });
    if (filled < 1) throw new AwsError(codes[service] ?? 'ThrottlingException', 'Rate exceeded');
  };
}
