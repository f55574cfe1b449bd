/** Our own runtime: takes one invocation after the other from the Runtime API. */
import type { Boot } from '../boot.ts';
import { lambdaProxy } from './lambda.ts';
import { type NextInvocation, runtimeApi } from './runtime-api.ts';

export async function runtimeLoop(boot: Boot, environment: NodeJS.ProcessEnv): Promise<never> {
  const api = runtimeApi(environment.AWS_LAMBDA_RUNTIME_API ?? '');
  const proxy = lambdaProxy(boot, environment);
  await proxy.initialized();
  for (;;) {
    const invocation = await api.next();
    try {
      await api.respond(invocation.requestId, await respond(invocation));
    } catch (error) {
      await api.fail(invocation.requestId, { errorType: 'Runtime.ProxyError', errorMessage: String(error) });
    }
  }

  async function respond({ event, requestId, deadline, traceId }: NextInvocation): Promise<Buffer> {
    const result = await proxy.handle(parse(event), { requestId, deadline, ...(traceId !== undefined && { traceId }) });
    return Buffer.from(JSON.stringify(result));
  }
}

/** Events are JSON by the platform's promise; anything else is answered as an unsupported event. */
function parse(event: Buffer): unknown {
  try {
    return JSON.parse(event.toString('utf8'));
  } catch {
    return null;
  }
}
