/** `logs`: what the proxy writes about requests, and at which level the output of the app is logged. */
import { z } from 'zod';
import { choice } from './values.ts';

const level = choice(['debug', 'info', 'warn', 'error', 'fatal']);

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
  })
  .meta({ description: 'Logging.', examples: [{ stderr: 'warn' }] });
