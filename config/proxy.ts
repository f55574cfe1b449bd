/** `proxy`: how the app is started and how long it may take. */
import { z } from 'zod';
import { mustBe, nonEmpty } from './values.ts';

/** Seconds left to send our own 504 before Lambda ends the invocation. */
const answerSeconds = 0.5;

const seconds = (range: string) => z.number({ error: mustBe(`a number ${range}`) });

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
    listen_timeout: seconds('from 1 to 900')
      .min(1, { error: mustBe('a number from 1 to 900') })
      .max(900, { error: mustBe('a number from 1 to 900') })
      .default(15)
      .meta({ description: 'Seconds the app may take to listen, 1 to 900.', examples: [25] }),
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
