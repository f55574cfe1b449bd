/** Policy documents: what IAM refuses of them at once, in its own words, and how it prints them. */
import { isRecord } from '../../../http/json.ts';
import { operatorOf } from '../../access/conditions.ts';
import { AwsError } from '../error.ts';
import { checkTrusted } from './principals.ts';

/** Percent-encoded (RFC 3986). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Characters, white space aside: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const trustLength = 2_048;

/** Of a role: who may assume it. */
export function checkTrust(document: string): string {
  for (const statement of statementsOf(document)) {
    const { Action, NotAction, Principal, NotPrincipal, Resource, NotResource } = statement;
    if (Resource !== undefined || NotResource !== undefined) throw malformed('Has prohibited field Resource');
    if (Principal === undefined && NotPrincipal === undefined) throw malformed('Missing required field Principal');
    if (Principal !== undefined) checkTrusted(Principal);
    if (Action === undefined && NotAction === undefined) throw malformed('Missing required field Action');
    const others = textsOf(Action).filter((action) => !/^(?:sts:|\*$)/i.test(action));
    if (others.length > 0) throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  if (sizeOf(document) > trustLength)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${trustLength}`);
  return document;
}

/** One that hangs on a role or a user says what of which service may be done, and to what. */
export function checkPermissions(document: string): string {
  for (const statement of statementsOf(document)) {
    const { Action, NotAction, Principal, NotPrincipal, Resource, NotResource } = statement;
    if (Principal !== undefined || NotPrincipal !== undefined)
      throw malformed('Policy document should not specify a principal.');
    if (Action !== undefined && NotAction !== undefined) throw malformed('Syntax errors in policy.');
    if (Resource !== undefined && NotResource !== undefined) throw malformed('Syntax errors in policy.');
    const actions = textsOf(Action ?? NotAction);
    const resources = textsOf(Resource ?? NotResource);
    if (actions.length === 0) throw malformed('Policy statement must contain actions.');
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
    if (!actions.every((action) => action === '*' || /^[a-z0-9-]+:./i.test(action)))
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    if (!actions.every((action) => /^[\w:*?-]+$/.test(action))) throw malformed('The policy failed legacy parsing');
    const bad = resources.find((resource) => resource !== '*' && !isArn(resource));
    if (bad !== undefined) throw malformed(`Resource ${bad} must be in ARN format or "*".`);
  }
  return document;
}

/** Stars may stand for several of the six parts. */
function isArn(resource: string): boolean {
  return resource.startsWith('arn:') && (resource.includes('*') || resource.split(':').length >= 6);
}

/** Throws when the inline policies of one identity are too long together. */
export function checkTotal(documents: readonly string[], { kind, name, limit }: Quota): void {
  const total = documents.reduce((sum, document) => sum + sizeOf(document), 0);
  if (total > limit)
    throw new AwsError('LimitExceeded', `Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`);
}

export interface Quota {
  readonly kind: 'role' | 'user';
  readonly name: string;
  readonly limit: number;
}

function sizeOf(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}

const versions: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17'];
const documentKeys = ['Version', 'Id', 'Statement'];
const statementKeys = [
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
];

type Json = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function statementsOf(document: string): readonly Json[] {
  const value = parseDocument(document);
  if (!isRecord(value) || !hasOnly(value, documentKeys) || !versions.includes(value.Version))
    throw malformed('Syntax errors in policy.');
  const statements = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  if (statements.length === 0 || !statements.every(isRecord)) throw malformed('Syntax errors in policy.');
  for (const statement of statements) checkStatement(statement);
  const sids = statements.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (new Set(sids).size < sids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
  return statements;
}

function checkStatement(statement: Json): void {
  const { Effect, Sid = '', Condition = {} } = statement;
  if (!hasOnly(statement, statementKeys)) throw malformed('Syntax errors in policy.');
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Syntax errors in policy.');
  if (typeof Sid !== 'string' || !/^[0-9A-Za-z]*$/.test(Sid))
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) checkTexts(statement[name]);
  if (!isRecord(Condition)) throw malformed('Syntax errors in policy.');
  for (const [operator, keys] of Object.entries(Condition)) {
    if (operatorOf(operator) === null) throw malformed(`Invalid Condition type : ${operator}`);
    if (!isRecord(keys)) throw malformed('Syntax errors in policy.');
  }
}

function checkTexts(value: unknown): void {
  const values = Array.isArray(value) ? value : [value];
  if (value !== undefined && !values.every((one) => typeof one === 'string'))
    throw malformed('Syntax errors in policy.');
}

function hasOnly(value: Json, known: readonly string[]): boolean {
  return Object.keys(value).every((key) => known.includes(key));
}

function parseDocument(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    // The caller names the problem.
    return undefined;
  }
}

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
