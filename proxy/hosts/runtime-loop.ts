/** Our own runtime: takes one invocation after the other from the Runtime API. */
import { chunksOf } from '../../http/body.ts';
import type { Boot } from '../boot.ts';
import { InvocationFailure } from '../events/format.ts';
import { preludeBytes, preludeContentType } from '../events/prelude.ts';
import { lambdaProxy } from './lambda.ts';
import { type FunctionError, type NextInvocation, runtimeApi } from './runtime-api.ts';
import { streamFailure } from './stream-failure.ts';

export async function runtimeLoop(boot: Boot, environment: NodeJS.ProcessEnv): Promise<never> {
  const api = runtimeApi(environment.AWS_LAMBDA_RUNTIME_API ?? '');
  const proxy = lambdaProxy(boot, environment, () => process.exit(143));
  await proxy.initialized();
  for (;;) {
    const invocation = await api.next();
    try {
      await serve(invocation);
    } catch (error) {
      await api.fail(invocation.requestId, describe(error));
    }
  }

  async function serve({ event, requestId, deadline, traceId }: NextInvocation): Promise<void> {
    const invocation = { requestId, deadline, ...(traceId !== undefined && { traceId }) };
    const answer = await proxy.handle(parse(event), invocation, boot.settings.proxy.stream);
    if (answer.kind === 'whole') return api.respond(requestId, Buffer.from(JSON.stringify(answer.value)));
    const { prelude, body } = answer;
    await api.stream(requestId, preludeBytes(prelude), {
      contentType: preludeContentType,
      chunks: chunksOf(body),
      describe: streamFailure,
    });
  }
}

function describe(error: unknown): FunctionError {
  if (error instanceof InvocationFailure) return { errorType: error.errorType, errorMessage: error.message };
  return { errorType: 'Runtime.ProxyError', errorMessage: String(error) };
}

/** Events are JSON by the platform's promise; anything else goes to the app as the text it is. */
function parse(event: Buffer): unknown {
  const text = event.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
