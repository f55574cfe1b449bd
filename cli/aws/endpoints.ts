/**
 * The variables by which calls of AWS go elsewhere.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import { UpError } from '../errors.ts';

export interface Endpoint {
  /** Of the variable. */
  readonly name: string;
  readonly value: string;
}

/** Those that are set, unless the environment says to leave them alone. */
export function endpointsOf(env: NodeJS.ProcessEnv): Endpoint[] {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return [];
  const set = Object.entries(env).map(([name, value = '']) => ({ name, value }));
  return set.filter(({ name, value }) => /^AWS_ENDPOINT_URL(?:_|$)/.test(name) && value !== '');
}

/** Without a scheme the SDK throws, or takes the host for one. */
export function isAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

/** Throws UP_USAGE. */
export function requireAddresses(env: NodeJS.ProcessEnv): void {
  const bad = endpointsOf(env).find(({ value }) => !isAddress(value));
  if (bad === undefined) return;
  throw new UpError('UP_USAGE', `${bad.name} is "${bad.value}", which is not an http:// or https:// URL`, {
    hint: `${bad.name}=http://${bad.value.replace(/^.*:\/\//, '')}`,
  });
}
