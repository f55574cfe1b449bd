/** `robots` and `powered_by`: two header fields that every answer of a stage may carry. */
import { z } from 'zod';
import { mustBe } from './values.ts';

const flag = () => z.boolean({ error: mustBe('true or false') });

export const robotsSchema = flag()
  .optional()
  .meta({
    description: 'False adds `X-Robots-Tag: none`, which keeps search engines out.',
    examples: [true],
    derived: 'true in production, else false',
  });

export const poweredBySchema = flag()
  .default(false)
  .meta({ description: 'True adds `X-Powered-By: up`.', examples: [true] });
