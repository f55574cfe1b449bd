/** `maintenance`: a stage that tells everybody to come back later. */
import { z } from 'zod';
import { appPath, mustBe, wholeNumber } from './values.ts';

export const maintenanceSchema = z
  .strictObject({
    enable: z
      .boolean({ error: mustBe('true or false') })
      .default(false)
      .meta({ description: 'True answers every request with 503; nothing reaches the app.', examples: [true] }),
    page: appPath('the path of an HTML file of the app')
      .optional()
      .meta({
        description:
          'The page browsers get, an HTML file of the app in UTF-8. Templates and variables as in `error_pages`.',
        examples: ['maintenance.html'],
        derived: 'a page that is built in',
      }),
    retry_after: wholeNumber(1, 604_800)
      .default(300)
      .meta({
        description: 'Seconds after which to come back, 1 to 604800 (a week), sent as `Retry-After`.',
        examples: [3600],
      }),
  })
  .meta({
    description:
      'Takes a stage out of service. Warm pings and the probe of a deploy still work; events that are no requests fail, so that their source tries again.',
    examples: [{ enable: true, page: 'maintenance.html' }],
  });
