/** Ways up and out of a folder, and to what lies in it and is not for everybody. */
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const up = fc.oneof(
  {
    weight: 5,
    arbitrary: oneOf('..', '%2e%2e', '.%2e', '%2E.', '%252e%252e', '%25252e%25252e', '..;', '.', 'link-dir/..'),
  },
  oneOf(
    ...['%c0%ae%c0%ae', '%e0%80%ae%e0%80%ae', '..;x=y', '..%00', '..%20', '.. ', '...', '....', '%u002e%u002e'],
    ...[
      '\uff0e\uff0e',
      '%ef%bc%8e%ef%bc%8e',
      '..%0d',
      '..\r',
      '..\0',
      '..%09',
      '%2e%2e%3b',
      '\u2025',
      'docs/../..',
      '%2e',
    ],
  ),
);

const separator = fc.oneof(
  {
    weight: 6,
    arbitrary: oneOf('/', '/', '/', '%2f', '%2F', '%5c', '\\', '%252f', '%255c', '//', '/./', '/.//', ';/'),
  },
  oneOf(
    ...[
      '%c0%af',
      '%c1%9c',
      '%00/',
      '\u2215',
      '\u2044',
      '%e2%88%95',
      '\uff0f',
      '%ef%bc%8f',
      '/%2f',
      '%2f/',
      '\\/',
      '/\\',
    ],
    ...['%u2215', '%bg%qf'],
  ),
);

const start = fc.oneof(
  anyPlace,
  oneOf('', '/link-out', '//', '/\\', '\\', '%2f', '/C:/', 'C:\\', 'file:///', '/proc/self/root/', '/~/', '/./', '/\0'),
);

const target = oneOf(
  ...['outside.txt', 'secret/canary.txt', 'app/up.json', 'app/private.txt', 'app/_up/config.json', 'etc/passwd'],
  ...[
    'up.json',
    'UP.JSON',
    '_up/config.json',
    '_UP/config.json',
    '_up',
    '.env',
    '.git/config',
    '.hidden',
    'public/.env',
  ],
  ...['package.json', 'package-lock.json', 'node_modules/index.js', '_headers', '_redirects', 'public/_headers'],
  ...['link-out', 'link-dir/outside.txt', 'link-dir/app/up.json', 'public/link-dir/outside.txt', 'public/link-out'],
  ...['public/link-up', 'link-up', 'link-env', 'styled.css', 'public/styled.css', 'link-root/etc/passwd', 'pipe'],
  ...['.well-known/link-out', 'private.txt', 'docs/../link-out', 'errors/404.html', 'public/', 'proc/self/environ'],
);

const suffix = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  oneOf(
    '/',
    '%00',
    '\0',
    '%00.html',
    '.html',
    '.',
    '%2e',
    '%20',
    ' ',
    ';a=b',
    '~',
    '.br',
    '.gz',
    '::$DATA',
    '/.',
    '/..',
  ),
);

/** The same way in, in other letters. */
const recoded = oneOf<((text: string) => string)[]>(
  (text) => text,
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.replaceAll('.', '%2e'),
  (text) => text.replaceAll('/', '%2f'),
  (text) => text.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
);

const way = fc
  .tuple(start, fc.array(joined(up, separator), { maxLength: 6 }), target, recoded, suffix)
  .map(([from, steps, to, recode, end]) => from + steps.join('') + recode(to) + end);

/** Straight to it: links and names that need no way up. */
const straight = joined(oneOf('/', '/', '/assets/', '/assets/', '/docs/../', '/%2e/', '//'), target, suffix);

const offers = oneOf('', 'br', 'gzip, br;q=0', '*', 'identity;q=0', 'zstd');

export const traversal: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 5, arbitrary: payload({ method: anyMethod, path: way }) },
  { weight: 2, arbitrary: payload({ method: anyMethod, path: straight }) },
  { weight: 1, arbitrary: payload({ method: anyMethod, path: anyPlace, query: way.map((text) => `file=${text}`) }) },
  {
    weight: 2,
    arbitrary: payload({
      path: fc.oneof(way, straight),
      fields: fc.record({ offer: offers, from: way }).map(({ offer, from }) => [
        ['accept-encoding', offer],
        ['accept', 'text/html,*/*;q=0.1'],
        ['x-original-path', from],
        ['x-original-url', from],
        ['x-rewrite-url', from],
        ['range', 'bytes=0-999'],
      ]),
    }),
  },
);
