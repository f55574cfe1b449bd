/** One statement of an IAM identity policy. Its keys are AWS's own words. */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';
import { alsoWhenInvalid, choice, mustBe, nonEmpty } from './values.ts';

const text = nonEmpty('a string');
const oneOrMore = z.union([text, z.array(text).min(1, { error: 'must not be empty' })], {
  error: mustBe('a string or a list of strings'),
});

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
    Action: oneOrMore.optional().meta({ description: 'What may be done.', examples: ['s3:GetObject'] }),
    NotAction: oneOrMore.optional().meta({ description: 'Everything but this.', examples: ['iam:*'] }),
    Resource: oneOrMore
      .optional()
      .meta({ description: 'What it may be done to.', examples: ['arn:aws:s3:::uploads/*'] }),
    NotResource: oneOrMore
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
