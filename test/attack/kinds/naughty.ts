/** The Big List of Naughty Strings, everywhere. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const require = createRequire(import.meta.url);
const strings: readonly string[] = require('big-list-of-naughty-strings');

const naughty = fc.oneof(
  fc.constantFrom(...strings),
  fc.constantFrom(...strings.map((text) => encodeURIComponent(Buffer.from(text).toString()))),
);
const pair = fc.tuple(naughty, naughty).map((both) => both.join('='));
const fieldName = oneOf(
  'accept',
  'accept-encoding',
  'accept-language',
  'origin',
  'range',
  'if-none-match',
  'authorization',
  'cookie',
  'user-agent',
  'referer',
  'host',
  'content-type',
  'x-forwarded-for',
);

export const naughtyStrings: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 5, arbitrary: payload({ method: anyMethod, path: joined(anyPlace, naughty) }) },
  {
    weight: 2,
    arbitrary: payload({
      path: anyPlace,
      query: fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => pairs.join('&')),
    }),
  },
  {
    weight: 3,
    arbitrary: payload({
      path: anyPlace,
      fields: fc.array(fc.tuple(fieldName, naughty), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: payload({
      path: anyPlace,
      fields: fc.array(fc.tuple(naughty, naughty), { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: payload({ path: anyPlace, method: naughty }) },
);
