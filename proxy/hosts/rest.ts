/**
 * Entry of `_up/proxy.cjs`: all of the proxy but what starts the app. One CommonJS file, because a cold start pays for each
 * file it opens, and an import of a built-in module reads all that it exports; see docs/architecture.md.
 */
export { InvocationFailure } from '../events/format.ts';
export { readParameters } from '../parameters.ts';
export { awsProxy } from './aws-proxy.ts';
export { sendAnswer } from './response-stream.ts';
export { runtimeLoop } from './runtime-loop.ts';
