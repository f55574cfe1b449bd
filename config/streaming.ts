/** Whether a stage streams. */
import type { Config } from './types.ts';

type Front = Pick<Config, 'proxy' | 'url'>;

/** An HTTP API cannot stream, so it is not asked to unless somebody says that something else is in front. */
export function streams({ proxy, url }: Front): boolean {
  return proxy.stream ?? url === 'function_url';
}
