/** `logs`: what the proxy writes about requests, and at which level the output of the app is logged. */
import { z } from 'zod';
import { choice, mustBe, nonEmpty } from './values.ts';

const level = choice(['debug', 'info', 'warn', 'error', 'fatal']);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const namespaceRule = mustBe('true, false or the namespace of the metrics');
const namespace = z.string().regex(/^(?!AWS\/)[-\w./#: ]{1,255}$/, { error: namespaceRule });

export const logsSchema = z
  .strictObject({
    disable: z
      .boolean()
      .default(false)
      .meta({
        description: 'True silences the request logs; the output of the app is still logged.',
        examples: [true],
      }),
    stdout: level
      .default('info')
      .meta({ description: 'The level of what the app writes to stdout.', examples: ['debug'] }),
    stderr: level
      .default('error')
      .meta({ description: 'The level of what the app writes to stderr.', examples: ['warn'] }),
    redact: z
      .array(nonEmpty('the name of a field or query parameter'), { error: mustBe('a list of names') })
      .default([])
      .meta({
        description:
          'Names of fields and query parameters whose values are not logged, beside those that never are (authorization, cookie, password, token, ...).',
        examples: [['ssn', 'iban']],
      }),
    metrics: z
      .union([z.boolean(), namespace], { error: namespaceRule })
      .default(false)
      .meta({
        description:
          'True writes a line of CloudWatch metrics per request (requests, errors, cold starts, duration, size) in the namespace `up`; a string names another. CloudWatch charges for them.',
        examples: [true, 'shop'],
      }),
  })
  .meta({
    description:
      'Logging. What the app prints is always logged, by Python at once too (`PYTHONUNBUFFERED` is `1` unless you set it); of a variable `LOG_LEVEL` only `debug` concerns the proxy, which says more then.',
    examples: [{ stderr: 'warn' }],
  });

export type Logs = z.output<typeof logsSchema>;
