/** Waiting for AWS: what is said when it was in vain. */
import { expect, test } from 'vitest';
import { roleWait } from '../../cli/aws/resources/role.ts';
import { waitUntil } from '../../cli/aws/wait.ts';

const given = 'arn:aws:iam::123456789012:role/shop';
const never = async () => null;

test('a role that a deploy has made and that Lambda cannot use in time is a failure of AWS', async () => {
  const wait = { ...roleWait({ given: undefined }, () => ''), timeout: -1 };
  await expect(waitUntil(never, wait)).rejects.toMatchObject({
    code: 'UP_AWS_UNAVAILABLE',
    message: 'Waited 0 s for IAM to let Lambda use the new role',
  });
});

test('one that up.json names is told by its name, with what may be wrong with it', async () => {
  const wait = { ...roleWait({ given }, () => 'The role cannot be assumed by Lambda.'), timeout: -1 };
  await expect(waitUntil(never, wait)).rejects.toMatchObject({
    code: 'UP_AWS_NOT_FOUND',
    message: `Lambda cannot assume the role ${given}`,
    evidence: 'It does not exist, or its trust policy does not name lambda.amazonaws.com',
    hint: 'fix the role, or "lambda.role" in up.json; without one a role is made',
  });
});

test('one that up.json names and that may not attach the function to a VPC is told what it lacks', async () => {
  const refusal = 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2';
  const wait = { ...roleWait({ given }, () => refusal), timeout: -1 };
  await expect(waitUntil(never, wait)).rejects.toMatchObject({
    code: 'UP_AWS_DENIED',
    message: `The role ${given} may not make network interfaces`,
    evidence: `AWS said   ${refusal}`,
    hint: 'attach the policy AWSLambdaVPCAccessExecutionRole to it, or leave "lambda.role" out of up.json',
  });
});
