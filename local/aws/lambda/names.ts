/** Function names as clients write them: name, partial ARN or ARN, each with or without a qualifier. */
import { AwsError } from '../error.ts';
import { accountId, toFunctionArn } from '../identity.ts';
import { createReader, type Input } from '../input.ts';

/** Lambda's name for input of the wrong shape; input of the wrong value is InvalidParameterValueException. */
export const validation = 'ValidationException';
export const read = createReader(validation);

export interface FunctionName {
  readonly name: string;
  /** `$LATEST`, a version number or an alias. */
  readonly qualifier?: string;
}

const namePattern =
  /^(?:arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_]{1,64})(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]{1,128}))?$/;

/** The function of a request, with the qualifier from its name or its `Qualifier`. */
export function readName(input: Input): FunctionName {
  const text = read.needText(input, 'FunctionName');
  const named = parseName(text);
  const asked = read.text(input, 'Qualifier');
  if (asked !== undefined) checkQualifier(asked);
  if (asked !== undefined && named.qualifier !== undefined && asked !== named.qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  const qualifier = asked ?? named.qualifier;
  return qualifier === undefined ? { name: named.name } : { name: named.name, qualifier };
}

/** The function of a request that acts on the function as a whole. */
export function readBareName(input: Input): string {
  const { name, qualifier } = readName(input);
  if (qualifier === undefined || qualifier === '$LATEST') return name;
  throw new AwsError('InvalidParameterValueException', `This operation takes no qualifier, and "${qualifier}" is one.`);
}

export function parseName(text: string): FunctionName {
  const groups = namePattern.exec(text)?.groups;
  if (!groups?.name)
    throw new AwsError(
      validation,
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${namePattern.source}`,
    );
  if (groups.account !== undefined && groups.account !== accountId)
    throw new AwsError('ResourceNotFoundException', `Function not found: ${text}`);
  return groups.qualifier === undefined ? { name: groups.name } : { name: groups.name, qualifier: groups.qualifier };
}

function checkQualifier(qualifier: string): void {
  if (/^(?:\$LATEST|[a-zA-Z0-9-_]{1,128})$/.test(qualifier)) return;
  throw new AwsError(
    validation,
    `1 validation error detected: Value '${qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
  );
}

/** What calls on one function have in common, however they write its name. */
export function lockName(text: unknown): string {
  return typeof text === 'string' ? (namePattern.exec(text)?.groups?.name ?? text) : '';
}

export function functionNotFound(name: string, qualifier?: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${toFunctionArn(name, qualifier)}`);
}

export function aliasNotFound(name: string, alias: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${toFunctionArn(name, alias)}`);
}
