/** `domain`, `path`, `zone` and `cert` of a stage: the custom domain it is served under. */
import { z } from 'zod';
import { mustBe } from './values.ts';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const namePattern = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`);
const domainRule = mustBe('a domain such as "api.example.com", in lower case');
const zoneRule = mustBe('true, false or the name of a hosted zone such as "example.com"');
const certRule = mustBe('the ARN of an ACM certificate');

/** What only a stage has: there is no domain of all stages. */
export const domainShape = {
  domain: z
    .string({ error: domainRule })
    .regex(namePattern, { error: domainRule })
    .nullable()
    .optional()
    .meta({
      description:
        'The custom domain of this stage. A certificate is found or requested, the domain name and its mapping are made, and so are the records when a hosted zone of the account has the domain; otherwise the deploy prints them.',
      examples: ['api.example.com'],
    }),
  path: z
    .string({ error: mustBe('a path such as "/api"') })
    .regex(/^\/(?:[^\s?#/]+(?:\/[^\s?#/]+)*\/?)?$/, { error: mustBe('a path such as "/api"') })
    .nullable()
    .optional()
    .meta({
      description: 'The base path under which a custom domain serves this stage; the app does not see it.',
      examples: ['/api'],
    }),
  zone: z
    .union([z.boolean(), z.string().regex(namePattern, { error: zoneRule })], { error: zoneRule })
    .nullable()
    .optional()
    .meta({
      description:
        'Where the records of `domain` go: `true`, the default, is the public hosted zone of the account with the longest name that fits; a name is that one; `false` leaves DNS alone and the deploy prints the records.',
      examples: [false, 'example.com'],
    }),
  cert: z
    .string({ error: certRule })
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, { error: certRule })
    .nullable()
    .optional()
    .meta({
      description:
        'The ACM certificate of `domain`, in the region of the app. Left out, one that covers the domain is taken, or requested.',
      examples: ['arn:aws:acm:us-east-1:123456789012:certificate/8a1dc0f2-5b3e-4c61-9d0e-0f2a7c9e4b11'],
    }),
};
