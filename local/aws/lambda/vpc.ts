/** The VPC of a function: kept, shown and checked as on AWS; the processes of this machine have its own network. */
import { evaluate } from '../../access/evaluate.ts';
import { parsePolicy } from '../../access/policy.ts';
import type { Role, State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { checkPattern, type Input } from '../input.ts';
import { read, validation } from './names.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const limits = {
  SubnetIds: { most: 16, pattern: /^subnet-[0-9a-z]*$/ },
  SecurityGroupIds: { most: 5, pattern: /^sg-[0-9a-zA-Z]*$/ },
} as const;

export interface VpcConfig {
  readonly SubnetIds: readonly string[];
  readonly SecurityGroupIds: readonly string[];
  readonly VpcId: string;
  readonly Ipv6AllowedForDualStack: boolean;
}

/** As Lambda shows it, with empty lists for a function that leaves its VPC; undefined when the request has none. */
export function readVpcConfig(input: Input): VpcConfig | undefined {
  const config = read.object(input, 'VpcConfig');
  if (config === undefined) return undefined;
  const SubnetIds = readIds(config, 'SubnetIds');
  const SecurityGroupIds = readIds(config, 'SecurityGroupIds');
  if (SubnetIds.length === 0 && SecurityGroupIds.length > 0)
    throw new AwsError('InvalidParameterValueException', 'SecurityGroupIds need SubnetIds beside them.');
  const VpcId = SubnetIds.length > 0 ? 'vpc-00000000' : '';
  const Ipv6AllowedForDualStack = read.flag(config, 'Ipv6AllowedForDualStack') ?? false;
  return { SubnetIds, SecurityGroupIds, VpcId, Ipv6AllowedForDualStack };
}

function readIds(config: Input, name: keyof typeof limits): string[] {
  const { most, pattern } = limits[name];
  const ids = read.texts(config, name) ?? [];
  for (const id of ids) checkPattern(validation, name, id, pattern);
  if (ids.length <= most) return ids;
  throw new AwsError(validation, `Value at '${name}' failed to satisfy constraint: at most ${most} members`);
}

/** Lambda makes network interfaces by the role of the function. `time`: epoch milliseconds. */
export function checkNetworkRight({ roles }: State, arn: string, vpc: VpcConfig | undefined, time: number): void {
  if (vpc === undefined || vpc.SubnetIds.length === 0) return;
  const role = Object.values(roles).find(({ Arn }) => Arn === arn);
  if (role && (role.permittedAt ?? 0) <= time && mayMakeInterfaces(role)) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  );
}

/** Of managed policies nothing is known here but their names, so one of them is enough. */
function mayMakeInterfaces({ policies, attached = [] }: Role): boolean {
  const request = { action: 'ec2:CreateNetworkInterface', resource: '*', context: {} };
  return attached.length > 0 || evaluate(Object.values(policies).map(parsePolicy), request) === 'allowed';
}
