/** The keys at the top of up.json that say what the app is and where it goes. */
import { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { regions } from './regions.ts';
import { tagsSchema } from './tags.ts';
import { choice, mustBe, nonEmpty } from './values.ts';

/** Names of functions, roles and APIs are built from it; a Lambda function name ends at 64 characters. */
const maxNameLength = 40;
const nameRule = `lower-case letters, digits and dashes, a letter first, at most ${maxNameLength} characters`;

const nameSchema = z
  .string({ error: mustBe(nameRule) })
  .regex(/^[a-z][-a-z0-9]*$/, { error: mustBe(nameRule) })
  .max(maxNameLength, { error: mustBe(nameRule) });

export function isAppName(name: string): boolean {
  return nameSchema.safeParse(name).success;
}

const regionSchema = z.enum(regions, {
  error: ({ input }) => mustBe('a known AWS region') + (typeof input === 'string' ? didYouMean(input, regions) : ''),
});

const regionsSchema = z
  .array(regionSchema, { error: mustBe('a list with one region, such as ["us-east-1"]') })
  .superRefine(
    (list, context) => {
      if (list.length < 2) return;
      const message = 'is one too many: a deploy goes to one region';
      context.addIssue({ code: 'custom', message, path: [1] });
    },
    { when: ({ value }) => Array.isArray(value) },
  );

export const appShape = {
  name: nameSchema.optional().meta({
    description: `The name of the app: ${nameRule}. The function, its role and its API are named after it.`,
    examples: ['my-app'],
    derived: 'the name in package.json, else that of the folder',
  }),
  description: z
    .string()
    .default('')
    .meta({ description: 'One line for people who find the app in the AWS console.', examples: ['Shop front'] }),
  type: choice(['server', 'static'])
    .optional()
    .meta({
      description: '`server` runs your HTTP server; `static` serves files only.',
      examples: ['server'],
      derived: '`static` where there is no app but a page, else `server`',
    }),
  bundle: z
    .boolean({ error: mustBe('true or false') })
    .default(false)
    .meta({
      description:
        'Make one file of a JavaScript app and all it imports, as is always done with TypeScript: a smaller package and faster cold starts. `node_modules` does not ship then.',
      examples: [true],
    }),
  tags: tagsSchema,
  profile: nonEmpty('the name of an AWS profile')
    .optional()
    .meta({
      description: 'The AWS profile to use. It wins over `AWS_PROFILE`.',
      examples: ['acme-dev'],
      derived: 'the AWS credential chain',
    }),
  regions: regionsSchema.default([]).meta({
    description:
      'The region to deploy to. A list of one: a deploy goes to one region. Empty: the region of the profile.',
    examples: [['us-east-1']],
    maxItems: 1,
  }),
};
