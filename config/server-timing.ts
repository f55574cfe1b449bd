/** `server_timing`: where the time of a request went, told to the client. */
import { z } from 'zod';
import { mustBe } from './values.ts';

export const serverTimingSchema = z
  .boolean({ error: mustBe('true or false') })
  .default(false)
  .meta({
    description: 'True adds `Server-Timing: app;dur=…, up;dur=…`: milliseconds in the app, and in the proxy around it.',
    examples: [true],
  });
