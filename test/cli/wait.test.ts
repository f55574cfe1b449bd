/** Waiting for AWS: what is said when it was in vain. */
import { expect, test } from 'vitest';
import { untilAssumable } from '../../cli/aws/resources/role.ts';
import { waitUntil } from '../../cli/aws/wait.ts';

const never = async () => null;

test('a role that a deploy has made and that Lambda cannot assume in time is a failure of AWS', async () => {
  const wait = { ...untilAssumable({ given: undefined }), timeout: -1 };
  await expect(waitUntil(never, wait)).rejects.toMatchObject({
    code: 'UP_AWS_UNAVAILABLE',
    message: 'Waited 0 s for IAM to let Lambda assume the new role',
  });
});

test('one that up.json names is told by its name, with what may be wrong with it', async () => {
  const given = 'arn:aws:iam::123456789012:role/shop';
  const wait = { ...untilAssumable({ given }), timeout: -1 };
  await expect(waitUntil(never, wait)).rejects.toMatchObject({
    code: 'UP_AWS_NOT_FOUND',
    message: `Lambda cannot assume the role ${given}`,
    evidence: 'It does not exist, or its trust policy does not name lambda.amazonaws.com',
    hint: 'fix the role, or "lambda.role" in up.json; without one a role is made',
  });
});
