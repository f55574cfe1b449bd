/**
 * Entry of `_up/proxy.cjs`: all of the proxy but what starts the app, and what is imported when it is asked for, which is in
 * `_up/on-demand.cjs`. Both are CommonJS: see docs/architecture.md.
 */
export { InvocationFailure } from '../events/format.ts';
export { runtimeLoop } from './runtime-loop.ts';

/** What only AWS's client needs, and what only some versions do, is evaluated when it is asked for. */
export const forAwsClient = () => Promise.all([import('./aws-proxy.ts'), import('./aws-response-stream.ts')]);
export const parameters = () => import('../parameters.ts');
