/** What a client may wish for, as nonsense: types, codings, ranges, conditions. */
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const weight = oneOf(
  '',
  '',
  ';q=0',
  ';q=1',
  ';q=0.001',
  ';q=2',
  ';q=-1',
  ';q=',
  ';q=NaN',
  ';Q=0.5',
  '; q = 1',
  ';q=0.0000',
  ';q=1e9',
  ';q="1"',
  ';;',
  ';=',
  ';level="a,b"',
);
const item = oneOf(
  'text/html',
  'application/json',
  '*/*',
  '*',
  'text/*',
  '*/html',
  'gzip',
  'br',
  'zstd',
  'identity',
  'deflate',
  '',
  'text',
  '/',
  'text/html\0',
  '"',
  '\\',
  'é',
  'x'.repeat(500),
  'gzip gzip',
  '__proto__',
  '%0d%0a',
);
const list = fc.array(joined(item, weight), { maxLength: 6 }).map((items) => items.join(','));

const edge = oneOf(
  '',
  '0',
  '1',
  '5',
  '-1',
  '999999',
  '18446744073709551616',
  '9007199254740993',
  'NaN',
  '0x10',
  ' 1',
  '1e3',
  '+1',
  '٣',
);
const range = joined(
  oneOf('bytes=', 'bytes=', 'bytes=', 'Bytes=', 'bytes', 'bytes =', 'items=', '', 'bytes=='),
  fc.array(joined(edge, oneOf('-', '-', '--', '', '..'), edge), { maxLength: 8 }).map((parts) => parts.join(',')),
);

const tag = oneOf(
  '*',
  '""',
  '"x"',
  'W/"x"',
  'w/"x"',
  '"',
  'x',
  '"a", "b"',
  '"a"b"',
  `"${'x'.repeat(900)}"`,
  '"\0"',
  'W/',
  ',',
  '"a",*',
  '"é"',
);
const date = oneOf(
  'Thu, 26 Nov 2026 00:00:00 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '0',
  '-1',
  'yesterday',
  '99999999999999',
  '26/11/26',
  '',
);

const field = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(oneOf('accept', 'accept-encoding', 'accept-language', 'accept-charset', 'te'), list),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant('range'), range) },
  { weight: 2, arbitrary: fc.tuple(oneOf('if-match', 'if-none-match', 'if-range'), tag) },
  { weight: 1, arbitrary: fc.tuple(oneOf('if-modified-since', 'if-unmodified-since', 'if-range'), date) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('range'),
      fc.nat(2_000).map((count) => `bytes=${Array(count).fill('0-0').join()}`),
    ),
  },
);

const files = oneOf(
  '/index.html',
  '/style.css',
  '/styled.css',
  '/assets/style.css',
  '/about',
  '/docs/',
  '/',
  '/page',
  '/lost/x',
);

export const wishes: fc.Arbitrary<Payload> = payload({
  method: anyMethod,
  path: fc.oneof(files, anyPlace),
  fields: fc.array(field, { minLength: 1, maxLength: 5 }),
});
