/** Entry of `_up/handler.mjs`: the handler for AWS's own runtime client. Importing it is the init phase. */
import { boot } from '../boot.ts';
import type { PayloadV2Result } from '../events/payload-v2.ts';

/** What we use of the context object of AWS's client. */
interface Context {
  readonly awsRequestId?: string;
  readonly xRayTraceId?: string;
  getRemainingTimeInMillis?(): number;
}

const booted = await boot(process.env);
const { lambdaProxy } = await import('./lambda.ts');
const proxy = lambdaProxy(booted, process.env);
await proxy.initialized();

/** Two parameters: with three, Node 24 runtimes refuse a handler as callback style. */
export async function handler(event: unknown, context: Context): Promise<PayloadV2Result> {
  const remaining = context?.getRemainingTimeInMillis?.() ?? booted.settings.proxy.timeout * 1000 + 500;
  const traceId = context?.xRayTraceId ?? process.env._X_AMZN_TRACE_ID;
  return proxy.handle(event, {
    requestId: context?.awsRequestId ?? '',
    deadline: Date.now() + remaining,
    ...(traceId !== undefined && { traceId }),
  });
}
