/** What is invoked: a function by its name, and by a qualifier the version of it. */
import { AwsError } from '../aws/error.ts';
import { toFunctionArn } from '../aws/identity.ts';
import { parseName } from '../aws/lambda/names.ts';
import type { FunctionVersion, LambdaFunction, State } from '../model.ts';
import { revisionOf } from './concurrency.ts';
import { isBusy, type Slot } from './slots.ts';

export interface Target {
  readonly functionName: string;
  readonly qualifier?: string;
}

/** The function that an ARN names, or a name as clients write it. Throws an AwsError for what is neither. */
export function toTarget(name: string): Target {
  const { name: functionName, qualifier } = parseName(name);
  return { functionName, ...(qualifier !== undefined && { qualifier }) };
}

/** Of an alias with weights one of its versions. Throws Lambda's refusal when there is none. */
export function resolveTarget(
  functions: State['functions'],
  { functionName, qualifier = '$LATEST' }: Target,
): FunctionVersion {
  const fn = functions[functionName];
  const version = fn && pickVersion(fn, qualifier);
  if (version) return version;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${toFunctionArn(functionName, qualifier)}`);
}

/**
 * Whether an environment has outlived its version: the function has been changed or deleted. One that is busy finishes
 * its answer first.
 */
export function isStale(fn: LambdaFunction | undefined, slot: Slot): boolean {
  return !slot.reserved && !isBusy(slot) && !isCurrent(fn, slot.revision);
}

/** Whether an environment of this revision is of a version that the function still has. */
function isCurrent(fn: LambdaFunction | undefined, revision: string): boolean {
  if (fn === undefined) return false;
  return [fn.latest, ...Object.values(fn.versions)].some((version) => revisionOf(version) === revision);
}

function pickVersion(fn: LambdaFunction, qualifier: string): FunctionVersion | undefined {
  if (qualifier === '$LATEST') return fn.latest;
  const alias = fn.aliases[qualifier];
  if (!alias) return fn.versions[qualifier];
  return fn.versions[pickWeighted(alias.FunctionVersion, alias.RoutingConfig)];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
function pickWeighted(main: string, others: Readonly<Record<string, number>>): string {
  let at = Math.random();
  for (const [version, weight] of Object.entries(others)) {
    at -= weight;
    if (at < 0) return version;
  }
  return main;
}
