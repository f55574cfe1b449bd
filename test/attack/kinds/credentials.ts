/** Passwords: wrong ones, half right ones, and the right one in forms that are none. */
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

export const right = { user: 'ada', password: 'correct horse' } as const;

const user = oneOf(
  'ada',
  'ada',
  'ada',
  'Ada',
  'ada ',
  '',
  'root',
  '__proto__',
  'constructor',
  'toString',
  'ada\0',
  'a'.repeat(200),
  'adа',
  '*',
);
const password = fc.oneof(
  oneOf(
    'correct horse',
    'correct horse',
    'Correct horse',
    'correct horse ',
    'correct',
    '',
    'correct horse\0',
    '*',
    'null',
  ),
  oneOf(
    'correct horse:',
    ':correct horse',
    'correct horsé',
    'correct horse\r\n',
    'x'.repeat(3_000),
    'undefined',
    '[object Object]',
  ),
  fc.string({ maxLength: 6 }),
);
const scheme = oneOf(
  'Basic ',
  'Basic ',
  'Basic ',
  'basic ',
  'BASIC  ',
  'Basic',
  'Basic\t',
  ' Basic ',
  'Bearer ',
  'Digest ',
  'Basic,',
  'Negotiate ',
  '',
  'Basic\0',
);
const coding = oneOf<((text: string) => string)[]>(
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  (text) => `${Buffer.from(text).toString('base64')}==`,
  (text) => Buffer.from(text, 'latin1').toString('base64'),
  (text) => Buffer.from(text, 'utf16le').toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => text,
  (text) => ` ${Buffer.from(text).toString('base64')} `,
  (text) => Buffer.from(text).toString('base64').split('').join(' '),
  (text) => `${Buffer.from(text).toString('base64')}, Basic eDp5`,
  (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
);
const asItShouldBe = `Basic ${Buffer.from(`${right.user}:${right.password}`).toString('base64')}`;
const value = fc
  .tuple(scheme, user, oneOf(':', ':', ':', '', '%3a', '::', '\uff1a'), password, coding)
  .map(([before, who, colon, what, encode]) => before + encode(who + colon + what));
const name = oneOf(
  'authorization',
  'authorization',
  'Authorization',
  'AUTHORIZATION',
  'proxy-authorization',
  'x-authorization',
  'authorization ',
  'cookie',
);
const anyFile = joined(anyPlace, oneOf('', 'style.css', 'index.html', '//evil.example'));

export const credentials: fc.Arbitrary<Payload> = fc.oneof(
  {
    weight: 2,
    arbitrary: payload({ method: anyMethod, path: anyFile, fields: fc.constant([['Authorization', asItShouldBe]]) }),
  },
  {
    weight: 6,
    arbitrary: payload({ method: anyMethod, path: anyFile, fields: fc.tuple(name, value).map((one) => [one]) }),
  },
  {
    weight: 2,
    arbitrary: payload({ path: anyFile, fields: fc.array(fc.tuple(name, value), { minLength: 2, maxLength: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: payload({ path: anyFile, query: value.map((text) => `authorization=${encodeURIComponent(text)}`) }),
  },
);
