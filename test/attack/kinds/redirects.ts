/** Attempts to choose the host, the scheme or the credentials of a `Location`. */
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const lead = oneOf(
  ...['//', '///', '////', '/\\', '\\\\', '\\/', '/%2f', '%2f%2f', '/%5c', '%5c%5c', '/%09/', '/\t/', '\t//', '/\n/'],
  ...['/%0a/', '/\r/', '%0d%0a//', '/./', '/..//', '/%2e%2e//', '/%252f', '%252f%252f', '/;/', '/%00/', '\0//', ' //'],
  ...['%20//', '\uff0f\uff0f', '%ef%bc%8f%ef%bc%8f', '\u2215\u2215', '\u29f8/', '%e2%a7%b8', '/\u0000/', '/\u00ad/'],
  ...[
    'https://',
    'http://',
    'https:',
    'https:/',
    'https:\\\\',
    'HTTPS://',
    'https%3a//',
    'https%3A%2F%2F',
    'h\tttps://',
  ],
  ...['javascript:', 'java\nscript:', 'javascript%3a', 'data:text/html,', 'vbscript:', 'file:///', 'ftp://', 'blob:'],
  ...[
    '@',
    '%40',
    ':@',
    'user:pass@',
    'target.example@',
    '%00@',
    '.',
    '%2e',
    ':443@',
    ':80',
    '#@',
    '%23@',
    '?@',
    '-',
    '',
  ],
);

const host = oneOf(
  ...[
    'evil.example',
    'EVIL.example',
    'evil.example:80',
    'evil%E3%80%82example',
    'evil\u3002example',
    'evil\uff0eexample',
  ],
  ...[
    'evil%2eexample',
    'xn--evil-.example',
    '\u24d4vil.example',
    '%e2%93%94vil.example',
    '127.0.0.1',
    '[::1]',
    '0x7f.1',
  ],
  ...['2130706433', 'evil.example\\.target.example', 'evil.example%5c.target.example', 'evil.example@target.example'],
  ...['target.example.evil.example', 'site.example.evil.example', 'alert(1)', '%E2%80%AEelpmaxe.live', 'localhost'],
);

const tail = oneOf(
  ...['', '/', '/..', '//', '/%2e%2e', '?', '?a=//evil.example', '#', '%23', '%3f', '/index.html', '/about/', '/docs'],
  ...[
    '%0d%0aLocation:%20//evil.example',
    '\r\nLocation: //evil.example',
    '%E5%98%8A%E5%98%8DLocation:x',
    ';',
    '.php',
    '.asp',
  ],
);

const lure = fc.array(joined(lead, host), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(''));
const url = joined(lure, tail);
const path = joined(
  oneOf(
    '',
    '/',
    '/any',
    '/any/',
    '/ext/',
    '/ext',
    '/bare/',
    '/go/',
    '/q/',
    '/ext-name/',
    '/docs',
    '/about',
    '/old',
    '/glob',
  ),
  url,
);

/** What `*` stands for may begin with a slash only where it stands inside of a segment. */
const insideSegment = fc
  .tuple(
    oneOf('', '/', '//', '/\\', '%2f', '%5c', '/./', '/../'),
    host,
    oneOf(['/glob', '.php'], ['', '.asp'], ['/x', '.asp']),
  )
  .map(([before, name, [start, end]]) => start + before + name + end);

export const openRedirects: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 5, arbitrary: payload({ method: anyMethod, path }) },
  { weight: 1, arbitrary: payload({ method: anyMethod, path: insideSegment }) },
  { weight: 2, arbitrary: payload({ path: anyPlace, query: url.map((text) => `next=${text}`) }) },
  { weight: 1, arbitrary: payload({ path: anyPlace, query: url }) },
  {
    weight: 2,
    arbitrary: payload({
      path: fc.oneof(anyPlace, path),
      fields: fc.tuple(lure, url).map(([name, text]) => [
        ['host', name],
        ['x-forwarded-host', name],
        ['forwarded', `host=${name}`],
        ['x-forwarded-prefix', text],
        ['referer', text],
      ]),
    }),
  },
);
