/** What the identity may do, held to the policy of docs/permissions.md by IAM's own simulator, which changes nothing. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { quote } from '../../argv/shell.ts';
import { count, cut } from '../../output/format.ts';
import { type Finding, fail, ok, unlessDenied, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { missingFrom, policyFor, principalOf, type Statement, toPolicy } from '../policy.ts';

export interface Access {
  /** Null for who may do anything. */
  readonly principal: string | null;
  readonly missing: readonly Statement[];
}

/** Rejects with UP_AWS_DENIED when the identity may not ask. */
export async function readAccess({ session, scope }: Patient): Promise<Access> {
  const [one, { app, identity }] = await Promise.all([session(), scope()]);
  const { Arn = '' } = await new STSClient(one.client).send(new GetCallerIdentityCommand({}));
  const principal = await principalOf(one, Arn);
  if (principal === null) return { principal, missing: [] };
  return { principal, missing: await missingFrom(one, principal, policyFor({ app, ...identity })) };
}

/** Only packages above 40 MB, and stages that are kept warm, need these. */
const optional = new Set(['Packages', 'Schedules']);

export async function checkAccess(patient: Patient): Promise<Finding[]> {
  const { app } = await patient.scope();
  return unlessDenied('Access', 'iam:SimulatePrincipalPolicy', async () => {
    const { principal, missing } = await readAccess(patient);
    if (principal === null) return [ok('Access', 'the root user may do anything: better not to deploy as it')];
    if (missing.length === 0) return [ok('Access', 'every action of docs/permissions.md is allowed')];
    const actions = missing.flatMap(({ Action }) => Action);
    const judge = missing.every(({ Sid }) => optional.has(Sid)) ? warn : fail;
    const fix = await grant(patient, principal, `up-${app}`, missing);
    return [judge('Access', `${count(actions.length, 'action')} not allowed`, { evidence: lines(missing), fix })];
  });
}

const columns = 66;

function lines(missing: readonly Statement[]): string[] {
  return missing.flatMap(({ Sid, Action }) => Action.map((action) => cut(`${Sid.padEnd(11)}${action}`, columns)));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: of all inline policies of a user. */
const mostInline = 2_048;

async function grant({ up, aws }: Patient, principal: string, name: string, missing: readonly Statement[]) {
  const [, kind = 'user', path = ''] = /:(user|role)\/(.+)$/.exec(principal) ?? [];
  const holder = path.split('/').at(-1) ?? path;
  const document = `"$(${up('doctor', '--missing')})"`;
  const who = [`--${kind}-name`, quote(holder)];
  if (kind === 'role' || JSON.stringify(toPolicy(missing)).length <= mostInline)
    return aws('iam', `put-${kind}-policy`, ...who, '--policy-name', name, '--policy-document', document);
  const account = principal.split(':')[4];
  const partition = principal.split(':')[1];
  const made = await aws('iam', 'create-policy', '--policy-name', name, '--policy-document', document);
  const arn = `arn:${partition}:iam::${account}:policy/${name}`;
  return `${made} && ${await aws('iam', `attach-${kind}-policy`, ...who, '--policy-arn', arn)}`;
}
