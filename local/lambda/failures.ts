/** Why an invocation got no answer of its own, in the words of Lambda. */
import type { ExitReason } from './processes.ts';
import type { RuntimeFailure } from './runtime-server.ts';

export interface Failure {
  readonly errorType: string;
  payload(requestId: string): Buffer;
}

/** The platform's own failures name the invocation: `RequestId: … Error: …`. */
export function platformFailure(errorType: string, message: string): Failure {
  return {
    errorType,
    payload: (requestId) =>
      Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` })),
  };
}

/** What the runtime says of itself is passed on as it is. */
export function reportedFailure({ errorType, payload }: RuntimeFailure): Failure {
  return { errorType, payload: () => payload };
}

export function exitFailure(reason: ExitReason): Failure {
  if ('error' in reason) return platformFailure('Runtime.InvalidEntrypoint', reason.error.message);
  const { code, signal } = reason;
  if (code === 0) return platformFailure('Runtime.ExitError', 'Runtime exited without providing a reason');
  const how = signal ? `signal: ${signal}` : `exit status ${code}`;
  return platformFailure('Runtime.ExitError', `Runtime exited with error: ${how}`);
}
