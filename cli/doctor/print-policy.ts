/** `up doctor --policy`, `--missing`: what the identity needs, and what it lacks of that, as a policy for IAM. */
import type { Context } from '../command.ts';
import { readAccess } from './checks/access.ts';
import { createPatient } from './patient.ts';
import { policyFor, toPolicy } from './policy.ts';

export async function printPolicy(context: Context, which: 'all' | 'missing'): Promise<void> {
  const patient = createPatient(context);
  // What is wrong with up.json, or with the identity, is the answer here.
  await patient.config();
  const { app, identity } = await patient.scope();
  const policy = which === 'all' ? policyFor({ app, ...identity }) : toPolicy((await readAccess(patient)).missing);
  context.result(JSON.stringify(policy, null, 2), policy);
}
