/** Whether a stage streams. */
import type { Config } from './types.ts';

type Front = Pick<Config, 'proxy' | 'url' | 'lambda'>;

/**
 * An HTTP API cannot stream, so it is not asked to unless somebody says that something else is in front. AWS does not
 * support it for a Function URL in a VPC, so there it has to be asked for:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html#config-rs-vpc-compatibility
 */
export function streams({ proxy, url, lambda }: Front): boolean {
  return proxy.stream ?? (url === 'function_url' && lambda.vpc === undefined);
}
