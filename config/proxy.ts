/** `proxy`: how the app is started and how long it may take. */
import { z } from 'zod';
import { patternForm } from '../http/patterns.ts';
import { choice, mustBe, nonEmpty, wholeNumber } from './values.ts';

/** Seconds left to send our own 504 before Lambda ends the invocation. */
const answerSeconds = 0.5;

const seconds = (range: string) => z.number({ error: mustBe(`a number ${range}`) });

const statusRule = mustBe('a status from 100 to 599 or a range such as "500-599"');
const statusRange = z.union(
  [
    wholeNumber(100, 599),
    z
      .string()
      .regex(/^[1-5]\d\d-[1-5]\d\d$/, { error: statusRule, abort: true })
      .refine((range) => range.slice(0, 3) <= range.slice(4), { error: statusRule }),
  ],
  { error: statusRule },
);

export const proxySchema = z
  .strictObject({
    command: nonEmpty('the command that starts the app')
      .optional()
      .meta({
        description: 'The command that starts the app. It must listen on `PORT`.',
        examples: ['node server.js'],
        derived: 'found by looking at the project',
      }),
    timeout: seconds('greater than 0')
      .gt(0, { error: mustBe('a number greater than 0') })
      .optional()
      .meta({
        description: 'Seconds the app may take to answer. A value beyond `lambda.timeout` - 0.5 is lowered to it.',
        examples: [15],
        derived: '`lambda.timeout` - 0.5',
      }),
    timeouts: z
      .record(
        z.string().regex(patternForm),
        seconds('greater than 0').gt(0, { error: mustBe('a number greater than 0') }),
        {
          error: ({ code }) =>
            code === 'invalid_key' ? 'is not a path such as "/reports/*"' : mustBe('an object of paths and seconds'),
        },
      )
      .default({})
      .meta({
        description:
          'Seconds the app may take for some paths; the first that matches holds. `:name` is one segment, `*` at the end any rest.',
        examples: [{ '/reports/*': 25, '/health': 1 }],
      }),
    listen_timeout: seconds('from 1 to 900')
      .min(1, { error: mustBe('a number from 1 to 900') })
      .max(900, { error: mustBe('a number from 1 to 900') })
      .default(15)
      .meta({ description: 'Seconds the app may take to listen, 1 to 900.', examples: [25] }),
    background: seconds('from 0 to 900')
      .min(0, { error: mustBe('a number from 0 to 900') })
      .max(900, { error: mustBe('a number from 0 to 900') })
      .default(0)
      .meta({
        description:
          'Seconds the app may go on working after an answer, 0 to 900. The environment stays awake, busy and billed meanwhile.',
        examples: [10],
      }),
    stream: z
      .boolean({ error: mustBe('true or false') })
      .optional()
      .meta({
        description: 'Send the answer while the app still writes it. Needs a front door that streams.',
        examples: [false],
        derived: 'true with `"url": "function_url"`, else false',
      }),
    front: choice(['rest'])
      .optional()
      .meta({
        description: 'What stands before the function instead of `url`: `rest`, a REST API of your own that streams.',
        examples: ['rest'],
        derived: 'none',
      }),
    events_path: z
      .string({ error: mustBe('a path that begins with "/"') })
      .regex(/^\/[^\s?#]*$/, { error: mustBe('a path that begins with "/"') })
      .default('/events')
      .meta({
        description: 'Where events that are no HTTP requests (SQS, SNS, schedules, ...) are posted to, as JSON.',
        examples: ['/internal/events'],
      }),
    error_statuses: z
      .array(statusRange, { error: mustBe('a list of statuses and ranges such as 500 or "500-599"') })
      .default(['500-599'])
      .meta({
        description:
          'The statuses with which the app makes such an event fail, so that its source tries again: numbers and ranges.',
        examples: [['400-599']],
      }),
  })
  .meta({ description: 'The app behind the proxy.', examples: [{ command: 'node server.js' }] });

/** The longest `proxy.timeout` that still leaves time for an answer of our own. */
export function maxProxyTimeout(lambdaTimeout: number): number {
  return lambdaTimeout - answerSeconds;
}

/** The `proxy.timeout` in force: as configured, but never beyond the maximum; absent means the maximum. */
export function proxyTimeout(configured: number | undefined, lambdaTimeout: number): number {
  return Math.min(configured ?? Number.POSITIVE_INFINITY, maxProxyTimeout(lambdaTimeout));
}
