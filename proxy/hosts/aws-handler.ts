/**
 * Entry of `_up/handler.mjs`: the handler for AWS's own runtime client. Importing it is the init phase. When the stage
 * streams, it is marked as a streaming handler and gets a stream as its second argument.
 */
import type { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { boot } from '../boot.ts';

/** What we use of the context object of AWS's client. */
interface Context {
  readonly awsRequestId?: string;
  readonly invokedFunctionArn?: string;
  readonly xRayTraceId?: string;
  getRemainingTimeInMillis?(): number;
}

/** AWS's response stream: writable in all but its prototype, with a say in the content type. */
type ResponseStream = Writable & { setContentType?(type: string): void };

const { env } = process;
const booted = isMainThread ? await boot(env) : null;
const { InvocationFailure, forAwsClient } = await import('./proxy.ts');
const [{ awsProxy }, { sendAnswer }] = await forAwsClient();
const { settings, proxy, invoked } = await awsProxy(booted, env);

/** Two parameters: with three, Node 24 runtimes refuse a handler as callback style. A streaming one is given three. */
export async function handler(event: unknown, _contextOrStream: Context | ResponseStream): Promise<unknown> {
  // biome-ignore lint/complexity/noArguments: the third must not count
  const [, second, third] = arguments as unknown as [unknown, Context | ResponseStream, Context | undefined];
  const stream = isStream(second) ? second : null;
  const context = stream ? third : (second as Context | undefined);
  const invocation = toInvocation(context);
  try {
    const answer = await proxy.handle(event, invocation, stream !== null);
    if (stream) return await sendAnswer(answer, stream);
    return answer.kind === 'whole' ? answer.value() : undefined;
  } catch (error) {
    throw error instanceof InvocationFailure ? named(error.errorType, error.message) : error;
  } finally {
    invoked.answered(invocation.requestId);
  }
}

if (settings.proxy.stream) {
  // What awslambda.streamifyResponse does, without needing that global to exist.
  Object.assign(handler, { [Symbol.for('aws.lambda.runtime.handler.streaming')]: 'response' });
}

function isStream(value: unknown): value is ResponseStream {
  return typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function';
}

function toInvocation(context: Context | undefined) {
  const remaining = context?.getRemainingTimeInMillis?.() ?? settings.proxy.timeout * 1000 + 500;
  const traceId = context?.xRayTraceId ?? env._X_AMZN_TRACE_ID;
  return {
    // Local harnesses give none; records and answers are told apart by it.
    requestId: context?.awsRequestId || crypto.randomUUID(),
    deadline: Date.now() + remaining,
    functionArn: context?.invokedFunctionArn ?? '',
    ...(traceId !== undefined && { traceId }),
  };
}

/** AWS's client reports the name of an error as its type. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
