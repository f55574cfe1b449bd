/** Resource policies: who may invoke a function, a version or an alias. Each qualifier has a policy of its own. */
import { randomUUID } from 'node:crypto';
import type { LambdaFunction, Statement } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import { checkPattern, type Input } from '../input.ts';
import { checkRevision, conflict, findTarget } from './find.ts';
import { read, readName, validation } from './names.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPolicyBytes = 20_480;

export function addPermission({ store }: Call, input: Input): Output {
  const { fn, qualifier } = findOwner(store, input);
  const policy = fn.policies[qualifier];
  checkRevision(read.text(input, 'RevisionId'), policy?.RevisionId ?? '', 'GetPolicy');
  const statement = readStatement(fn, qualifier, input);
  if (policy?.statements.some(({ Sid }) => Sid === statement.Sid))
    throw conflict(
      `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  const statements = [...(policy?.statements ?? []), statement];
  checkSize(statements);
  fn.policies[qualifier] = { statements, RevisionId: randomUUID() };
  return { Statement: JSON.stringify(statement) };
}

/** `''` is the policy of the unqualified function. */
function findOwner(store: Call['store'], input: Input): { fn: LambdaFunction; qualifier: string } {
  const { name, qualifier } = readName(input);
  if (qualifier === '$LATEST')
    throw new AwsError('InvalidParameterValueException', 'We currently do not support adding policies for $LATEST.');
  const { fn } = findTarget(store.state, qualifier === undefined ? { name } : { name, qualifier });
  return { fn, qualifier: qualifier ?? '' };
}

function readStatement(fn: LambdaFunction, qualifier: string, input: Input): Statement {
  const Sid = read.needText(input, 'StatementId');
  checkPattern(validation, 'StatementId', Sid, /^[a-zA-Z0-9-_.]{1,100}$/);
  const Action = read.needText(input, 'Action');
  checkPattern(validation, 'Action', Action, /^(?:lambda:(?:\*|[a-zA-Z]+)|\*)$/);
  const Resource = toFunctionArn(fn.FunctionName, qualifier === '' ? undefined : qualifier);
  const statement = { Sid, Effect: 'Allow', Principal: readPrincipal(input), Action, Resource } as const;
  const Condition = readCondition(input);
  return Condition ? { ...statement, Condition } : statement;
}

function readPrincipal(input: Input): unknown {
  const principal = read.needText(input, 'Principal');
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com$/.test(principal)) return { Service: principal };
  throw new AwsError(
    'InvalidParameterValueException',
    `The provided principal was invalid. Please check the principal and try again.`,
  );
}

function readCondition(input: Input): Record<string, unknown> | null {
  const equals = compact({
    'AWS:SourceAccount': read.text(input, 'SourceAccount'),
    'lambda:EventSourceToken': read.text(input, 'EventSourceToken'),
    'lambda:FunctionUrlAuthType': read.text(input, 'FunctionUrlAuthType'),
    'aws:PrincipalOrgID': read.text(input, 'PrincipalOrgID'),
  });
  const like = compact({ 'AWS:SourceArn': read.text(input, 'SourceArn') });
  const viaUrl = read.flag(input, 'InvokedViaFunctionUrl');
  const bool = compact({ 'lambda:InvokedViaFunctionUrl': viaUrl === undefined ? undefined : String(viaUrl) });
  return compact({ StringEquals: equals ?? undefined, ArnLike: like ?? undefined, Bool: bool ?? undefined });
}

/** Without the members that are undefined; null when none is left. */
function compact(record: Record<string, unknown>): Record<string, unknown> | null {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function checkSize(statements: readonly Statement[]): void {
  const size = Buffer.byteLength(toDocument(statements));
  if (size <= maxPolicyBytes) return;
  throw new AwsError(
    'PolicyLengthExceededException',
    `The final policy size (${size}) is bigger than the limit (${maxPolicyBytes}).`,
  );
}

function toDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}

export function getPolicy({ store }: Call, input: Input): Output {
  const { fn, qualifier } = findOwner(store, input);
  const policy = fn.policies[qualifier];
  if (!policy) throw noPolicy();
  return { Policy: toDocument(policy.statements), RevisionId: policy.RevisionId };
}

function noPolicy(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
}

export function removePermission({ store }: Call, input: Input): Output {
  const { fn, qualifier } = findOwner(store, input);
  const policy = fn.policies[qualifier];
  if (!policy) throw new AwsError('ResourceNotFoundException', 'No policy is associated with the given resource.');
  checkRevision(read.text(input, 'RevisionId'), policy.RevisionId, 'GetPolicy');
  const sid = read.needText(input, 'StatementId');
  const statements = policy.statements.filter(({ Sid }) => Sid !== sid);
  if (statements.length === policy.statements.length)
    throw new AwsError('ResourceNotFoundException', `Statement ${sid} is not found in resource policy.`);
  if (statements.length === 0) delete fn.policies[qualifier];
  else fn.policies[qualifier] = { statements, RevisionId: randomUUID() };
  return undefined;
}
