/** What the function may do: the inline policy of its role. */
import type { StageConfig } from '../../config/index.ts';
import { isRecord } from '../../http/json.ts';
import type { Identity } from './identity.ts';
import { logGroupName, parameterPath } from './names.ts';

/** A statement of the policy, in IAM's own words. */
interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: string;
}

export interface RoleRight {
  readonly statement: Statement;
  /** The others stay once they were given: another stage, or a version one may roll back to, may still use them. */
  readonly needed: boolean;
}

/** Those of AWS's own AWSXRayDaemonWriteAccess; X-Ray knows no resources for them. */
const tracing = {
  Sid: 'Tracing',
  Effect: 'Allow',
  Action: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
  Resource: '*',
} as const;

/**
 * Lambda makes and removes the network interfaces of a function by the function's own role:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const network = {
  Sid: 'Network',
  Effect: 'Allow',
  Action: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  Resource: '*',
} as const;

/**
 * The function writes into its own log group, which the deploy makes, so it needs no right to make one; and it may invoke
 * its own aliases, which is how a warm ping reaches several environments. `reads`: the version reads parameters.
 */
export function roleRights(config: StageConfig, { region, account }: Identity, reads: boolean): RoleRight[] {
  const { name, lambda, traced, attached } = config;
  const group = `arn:aws:logs:${region}:${account}:log-group:${logGroupName(name)}:*`;
  const aliases = `arn:aws:lambda:${region}:${account}:function:${name}:*`;
  const parameters = `arn:aws:ssm:${region}:${account}:parameter${parameterPath(name, '*')}`;
  const reading = { Sid: 'Parameters', Effect: 'Allow', Action: 'ssm:GetParameters', Resource: parameters };
  return [
    needed({ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: group }),
    needed({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: aliases }),
    { statement: reading, needed: reads },
    ...(traced ? [needed(tracing)] : []),
    { statement: network, needed: attached },
    ...lambda.policy.map(needed),
  ];
}

function needed(statement: Statement & Readonly<Record<string, unknown>>): RoleRight {
  return { statement, needed: true };
}

/** As JSON. `live` is the policy that the role has, in whatever layout; null for none. */
export function wantedPolicy(rights: readonly RoleRight[], live: string | null): string {
  const given = statementsOf(live);
  const kept = rights.filter(
    ({ statement, needed }) => needed || given.some((one) => isRecord(one) && one.Sid === statement.Sid),
  );
  return JSON.stringify({ Version: '2012-10-17', Statement: kept.map(({ statement }) => statement) });
}

function statementsOf(policy: string | null): readonly unknown[] {
  const document: unknown = JSON.parse(policy ?? '{}');
  return isRecord(document) ? [document.Statement].flat() : [];
}
