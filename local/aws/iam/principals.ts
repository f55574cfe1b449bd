/** Who may stand in the trust policy of a role. */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const patterns: Readonly<Record<string, RegExp>> = {
  AWS: /^(?:\*|\d{12}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+|A[A-Z0-9]{15,})$/,
  Service: /^(?:[a-z0-9-]+\.)+amazon(?:aws)?\.com(?:\.cn)?$/,
  Federated: /^(?:arn:aws[a-z-]*:iam::\d{12}:.+|[\w.-]+\.\w+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

/** Throws what IAM says of a principal that cannot be. */
export function checkTrusted(principal: unknown): void {
  if (principal === '*') return;
  if (!isRecord(principal) || Object.keys(principal).length === 0) throw invalid(JSON.stringify(principal));
  for (const [kind, value] of Object.entries(principal)) {
    const names: unknown[] = Array.isArray(value) ? value : [value];
    const pattern = Object.hasOwn(patterns, kind) ? patterns[kind] : undefined;
    const bad = names.find((name) => typeof name !== 'string' || !pattern?.test(name));
    if (bad !== undefined || names.length === 0) throw invalid(`"${kind}":${JSON.stringify(bad ?? names)}`);
  }
}

function invalid(what: string): AwsError {
  return new AwsError('MalformedPolicyDocument', `Invalid principal in policy: ${what}`);
}
