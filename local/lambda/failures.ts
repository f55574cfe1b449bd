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
  const { code, signal, outOfMemory } = reason;
  if (code === 0) return platformFailure('Runtime.ExitError', 'Runtime exited without providing a reason');
  const how = signal ? `signal: ${signalName(signal)}` : `exit status ${code}`;
  const failure = platformFailure('Runtime.ExitError', `Runtime exited with error: ${how}`);
  // Recorded: the caller hears of an exit, REPORT names the reason.
  return outOfMemory ? { ...failure, errorType: 'Runtime.OutOfMemory' } : failure;
}

/** As Go names them, in which Lambda's own part is written: https://cs.opensource.google/go/go/+/master:src/syscall/zerrors_linux_amd64.go */
function signalName(signal: NodeJS.Signals): string {
  return signalNames[signal] ?? signal;
}

const signalNames: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGSYS: 'bad system call',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
};
