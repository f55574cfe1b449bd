/** `lambda.vpc`: the network of the account that the function is attached to. */
import { z } from 'zod';
import { isUnique, mustBe } from './values.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const maxSubnets = 16;
const maxSecurityGroups = 5;

const subnet = idOf(/^subnet-[0-9a-z]+$/, 'the id of a subnet, as "subnet-0a1b2c3d" is');
const securityGroup = idOf(/^sg-[0-9a-zA-Z]+$/, 'the id of a security group, as "sg-0a1b2c3d" is');

function idOf(pattern: RegExp, what: string) {
  return z.string({ error: mustBe(what) }).regex(pattern, { error: mustBe(what) });
}

function some(one: z.ZodString, what: string, most: number) {
  return z
    .array(one, { error: mustBe(`a list of ${what}s`) })
    .min(1, { error: `must name at least one ${what}` })
    .max(most, { error: `must name at most ${most} ${what}s` })
    .refine(isUnique, { error: `must name each ${what} once` });
}

export const vpcSchema = z
  .strictObject({
    subnets: some(subnet, 'subnet', maxSubnets).meta({
      description: 'The ids of its subnets; two in different availability zones survive the loss of one.',
      examples: [['subnet-0a1b2c3d', 'subnet-4e5f6a7b']],
    }),
    security_groups: some(securityGroup, 'security group', maxSecurityGroups).meta({
      description: 'The ids of the security groups of the function.',
      examples: [['sg-0a1b2c3d']],
    }),
  })
  .meta({
    description:
      'Attaches the function to subnets of a VPC, to reach a private database for example. It then reaches the internet only through a NAT gateway.',
    examples: [{ subnets: ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'], security_groups: ['sg-0a1b2c3d'] }],
  });
