/** One statement of an IAM identity policy. Its keys are AWS's own words. */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';
import { alsoWhenInvalid, choice, mustBe, nonEmpty } from './values.ts';

const text = nonEmpty('a string');
// What IAM would refuse in the middle of a deploy.
const actions = oneOrMore(text.regex(/^(?:\*|[\w*?-]+:[\w*?-]+)$/, { error: mustBe('as "s3:GetObject" is, or "*"') }));
const resources = oneOrMore(text.regex(/^(?:\*|arn:.+)$/, { error: mustBe('an ARN or "*"') }));

function oneOrMore(one: z.ZodString) {
  return z.union([one, z.array(one).min(1, { error: 'must not be empty' })], {
    error: mustBe('a string or a list of strings'),
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (no Principal: it is the role) */
export const statementSchema = z
  .strictObject({
    Sid: z
      .string()
      .regex(/^[A-Za-z0-9]*$/, { error: mustBe('letters and digits') })
      .optional()
      .meta({ description: 'A name for the statement.', examples: ['ReadUploads'] }),
    Effect: choice(['Allow', 'Deny']).meta({
      description: 'Whether the statement grants or forbids.',
      examples: ['Allow'],
    }),
    Action: actions.optional().meta({ description: 'What may be done.', examples: ['s3:GetObject'] }),
    NotAction: actions.optional().meta({ description: 'Everything but this.', examples: ['iam:*'] }),
    Resource: resources
      .optional()
      .meta({ description: 'What it may be done to.', examples: ['arn:aws:s3:::uploads/*'] }),
    NotResource: resources
      .optional()
      .meta({ description: 'Everything but this.', examples: ['arn:aws:s3:::private/*'] }),
    Condition: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: 'When the statement holds.', examples: [{ Bool: { 'aws:SecureTransport': 'true' } }] }),
  })
  .superRefine((statement, context) => {
    for (const message of unpaired(statement)) context.addIssue({ code: 'custom', message });
  }, alsoWhenInvalid)
  .meta({
    id: 'Statement',
    description: 'A statement of the policy of the role.',
    examples: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/*' }],
  });

/** Of the statements that up adds: cli/aws/role-policy.ts. IAM refuses a policy that has one twice. */
const ownSids: readonly string[] = ['Parameters', 'Tracing', 'Network'];

export const policySchema = z.array(statementSchema).superRefine((statements, context) => {
  const sids = statements.map(({ Sid }) => Sid);
  sids.forEach((Sid, at) => {
    if (!Sid || (!ownSids.includes(Sid) && sids.indexOf(Sid) === at)) return;
    const message = ownSids.includes(Sid)
      ? 'must not be {value}: up names a statement so'
      : 'must not be {value} twice';
    context.addIssue({ code: 'custom', message, path: [at, 'Sid'] });
  });
});

const pairs = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

function unpaired(statement: unknown): string[] {
  if (!isRecord(statement)) return [];
  return pairs
    .filter(([one, other]) => (statement[one] === undefined) === (statement[other] === undefined))
    .map(([one, other]) => `must have one of ${one} and ${other}`);
}
