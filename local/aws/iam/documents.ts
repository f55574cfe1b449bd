/** Policy documents: what IAM refuses of them at once, in its own words, and how it prints them. */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';

/** Percent-encoded (RFC 3986). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A policy document must at least be a JSON object with statements. */
export function checkDocument(document: string): string {
  statementsOf(document);
  return document;
}

/** One that hangs on a role or a user says what of which service may be done, and to what. */
export function checkPermissions(document: string): string {
  for (const statement of statementsOf(document)) {
    if (!isRecord(statement)) throw malformed('Syntax errors in policy.');
    const actions = textsOf(statement.Action ?? statement.NotAction);
    const resources = textsOf(statement.Resource ?? statement.NotResource);
    if (actions.length === 0) throw malformed('Policy statement must contain actions.');
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
    if (!actions.every((action) => action === '*' || action.includes(':')))
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    const bad = resources.find((resource) => resource !== '*' && !resource.startsWith('arn:'));
    if (bad !== undefined) throw malformed(`Resource ${bad} must be in ARN format or "*".`);
  }
  return document;
}

function statementsOf(document: string): readonly unknown[] {
  const value = parseDocument(document);
  if (!isRecord(value) || value.Statement === undefined) throw malformed('Syntax errors in policy.');
  return Array.isArray(value.Statement) ? value.Statement : [value.Statement];
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
