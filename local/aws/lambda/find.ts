/** Finding functions, versions and aliases in the state, with Lambda's errors for what is not there. */
import type { Alias, FunctionVersion, LambdaFunction, State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import { aliasNotFound, type FunctionName, functionNotFound } from './names.ts';

export function findFunction(state: State, name: string): LambdaFunction {
  const fn = state.functions[name];
  if (!fn) throw functionNotFound(name);
  return fn;
}

export interface Target {
  readonly fn: LambdaFunction;
  readonly version: FunctionVersion;
  /** As the client qualified it. */
  readonly arn: string;
}

/** The version behind a name and qualifier; an alias leads to its main version. */
export function findTarget(state: State, { name, qualifier }: FunctionName): Target {
  const fn = findFunction(state, name);
  const arn = toFunctionArn(name, qualifier);
  if (qualifier === undefined || qualifier === '$LATEST') return { fn, version: fn.latest, arn };
  const number = isVersionNumber(qualifier) ? qualifier : findAlias(fn, qualifier).FunctionVersion;
  return { fn, version: findVersion(fn, number), arn };
}

export function isVersionNumber(qualifier: string): boolean {
  return /^\d+$/.test(qualifier);
}

/** `$LATEST` or a published version. */
export function findVersion(fn: LambdaFunction, number: string): FunctionVersion {
  const version = number === '$LATEST' ? fn.latest : fn.versions[number];
  if (!version) throw functionNotFound(fn.FunctionName, number);
  return version;
}

export function findAlias(fn: LambdaFunction, name: string): Alias {
  const alias = fn.aliases[name];
  if (!alias) throw aliasNotFound(fn.FunctionName, name);
  return alias;
}

/** Optimistic locking: a client that sends a RevisionId wants no change since it read it. */
export function checkRevision(sent: string | undefined, current: string, reader: string): void {
  if (sent === undefined || sent === current) return;
  throw new AwsError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${reader} API to retrieve the latest Revision Id`,
  );
}

export function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message);
}
