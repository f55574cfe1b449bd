/** How many environments a function may have and has to have: reserved and provisioned concurrency. Pure. */
import { AwsError } from '../aws/error.ts';
import type { FunctionVersion, LambdaFunction } from '../model.ts';

/** Environments belong to one version of one function; `$LATEST` gets new ones with each change. */
export function revisionOf({ FunctionName, Version, CodeSha256, RevisionId }: FunctionVersion): string {
  return `${FunctionName} ${Version} ${CodeSha256} ${RevisionId}`;
}

export interface Provision {
  readonly version: FunctionVersion;
  readonly count: number;
  /** Changes with the configuration, so that one that failed is tried anew. */
  readonly configured: string;
}

/** What is to be kept ready: an alias's environments are those of the version it leads to. */
export function provisionsOf(fn: LambdaFunction | undefined): Provision[] {
  return Object.entries(fn?.provisioned ?? {}).flatMap(([qualifier, config]) => {
    const version = fn?.versions[fn.aliases[qualifier]?.FunctionVersion ?? qualifier];
    const count = config.RequestedProvisionedConcurrentExecutions;
    return version ? [{ version, count, configured: config.LastModified }] : [];
  });
}

/** Whether a function with so many invocations may have one more. */
export function isWithinReserved(fn: LambdaFunction | undefined, running: number): boolean {
  return fn?.reservedConcurrency === undefined || running < fn.reservedConcurrency;
}

/** Throws the error of Lambda when a function has as many invocations as its reserved concurrency allows. */
export function checkReserved(fn: LambdaFunction | undefined, running: number): void {
  if (isWithinReserved(fn, running)) return;
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
  });
}
