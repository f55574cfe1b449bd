/** The policy that a deployer needs, for one app, and what of it an identity has not. */
import { type EvaluationResult, GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import permissions from '../../docs/permissions.json' with { type: 'json' };
import type { Session } from '../aws/session.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, readonly string[]>> };
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Names {
  readonly app: string;
  readonly region: string;
  readonly account: string;
}

/** docs/permissions.json for this app. */
export function policyFor({ app, region, account }: Names): Policy {
  const text = JSON.stringify(permissions)
    .replaceAll('APP', app)
    .replaceAll('REGION', region)
    .replaceAll('ACCOUNT', account);
  return JSON.parse(text) as Policy;
}

export function toPolicy(statements: readonly Statement[]): Policy {
  return { Version: '2012-10-17', Statement: statements };
}

/** What IAM judges a session by: `assumed-role/deployer/ada` acts as the role `deployer`. Null for who may do anything. */
export async function principalOf(session: Session, arn: string): Promise<string | null> {
  if (arn.endsWith(':root')) return null;
  const [, partition, account, name] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return arn;
  const usual = `arn:${partition}:iam::${account}:role/${name}`;
  // The name of a session leaves out the path of its role.
  const found = await new IAMClient(session.client).send(new GetRoleCommand({ RoleName: name })).catch(() => null);
  return found?.Role?.Arn ?? usual;
}

/** Statements with those of their actions that are not allowed. Rejects when the identity may not ask. */
export async function missingFrom(session: Session, principal: string, { Statement }: Policy): Promise<Statement[]> {
  const iam = new IAMClient(session.client);
  const judged = await Promise.all(
    Statement.map(async (statement) => {
      const denied = new Set((await simulate(iam, principal, statement)).map(({ EvalActionName }) => EvalActionName));
      return { ...statement, Action: statement.Action.filter((action) => denied.has(action)) };
    }),
  );
  return judged.filter(({ Action }) => Action.length > 0);
}

/** The refusals. */
async function simulate(iam: IAMClient, PolicySourceArn: string, statement: Statement): Promise<EvaluationResult[]> {
  const { Action, Resource, Condition } = statement;
  const ContextEntries = Object.entries(Condition?.StringEquals ?? {}).map(([ContextKeyName, values]) => ({
    ContextKeyName,
    ContextKeyType: 'string' as const,
    ContextKeyValues: values.slice(0, 1),
  }));
  const refused: EvaluationResult[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        ActionNames: [...Action],
        ResourceArns: [Resource].flat(),
        // The protocol sends an empty list as a text.
        ...(ContextEntries.length > 0 && { ContextEntries }),
        Marker,
      }),
    );
    refused.push(...(page.EvaluationResults ?? []).filter(({ EvalDecision }) => EvalDecision !== 'allowed'));
    Marker = page.Marker;
    if (!page.IsTruncated || !Marker) return refused;
  }
}
