/**
 * Our own runtime: takes invocations from the Runtime API, one after the other, or as many at a time as a Managed
 * Instance hands out (AWS_LAMBDA_MAX_CONCURRENCY).
 */
import { chunksOf } from '../../http/body.ts';
import type { Boot } from '../boot.ts';
import { InvocationFailure } from '../events/format.ts';
import { parseEvent } from '../events/parse-event.ts';
import { preludeBytes, preludeContentType } from '../events/prelude.ts';
import { registerExtension } from './extension.ts';
import { bootedApp, lambdaProxy } from './lambda.ts';
import { type FunctionError, type NextInvocation, type RuntimeApi, runtimeApi } from './runtime-api.ts';
import { streamFailure } from './stream-failure.ts';
import { holdYoungGeneration } from './young-generation.ts';

export async function runtimeLoop(boot: Boot, environment: NodeJS.ProcessEnv): Promise<never> {
  const endpoint = environment.AWS_LAMBDA_RUNTIME_API ?? '';
  const concurrency = Number(environment.AWS_LAMBDA_MAX_CONCURRENCY ?? 1);
  const { settings } = boot;
  const proxy = await lambdaProxy({ settings, app: bootedApp(boot), environment, end: () => process.exit(143) });
  await Promise.all([proxy.initialized(), registerExtension({ environment })]);
  await Promise.all(Array.from({ length: concurrency }, () => work(runtimeApi(endpoint))));
  throw new Error('the loops never end');

  /** One invocation at a time, on a connection of its own. */
  async function work(api: RuntimeApi): Promise<never> {
    for (let count = 1; ; count++) {
      const invocation = await api.next();
      try {
        await serve(api, invocation);
      } catch (error) {
        await api.fail(invocation.requestId, describe(error));
      }
      if (count === 1) holdYoungGeneration();
      // An environment that serves several at a time is not frozen between them.
      if (concurrency === 1) await proxy.afterAnswer(invocation.deadline);
    }
  }

  async function serve(api: RuntimeApi, { event, requestId, ...rest }: NextInvocation): Promise<void> {
    const answer = await proxy.handle(parseEvent(event), { requestId, ...rest }, settings.proxy.stream);
    if (answer.kind === 'whole') return api.respond(requestId, answer.json());
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
