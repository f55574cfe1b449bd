/**
 * Entry of `_up/proxy.cjs`, which is loaded once the app has been started. Modules that are imported only when needed
 * go to `_up/on-demand.cjs`. Both are CommonJS: see docs/architecture.md.
 */
export { InvocationFailure } from '../events/format.ts';
export { runtimeLoop } from './runtime-loop.ts';

/** Loaded on demand: what only AWS's client, or only some versions, need. */
export const forAwsClient = () => Promise.all([import('./aws-proxy.ts'), import('./aws-response-stream.ts')]);
export const parameters = () => import('../parameters.ts');
