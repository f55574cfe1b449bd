/** Origins that look like the allowed ones, in actual requests and in preflights. */
import fc from 'fast-check';
import { anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const whole = oneOf(
  ...[
    'https://app.example',
    'https://a.shop.example',
    'https://a.b.shop.example',
    'http://localhost:3000',
    'null',
    '*',
  ],
  ...[
    '',
    'https://',
    'https://shop.example',
    'https://.shop.example',
    'https://*.shop.example',
    'file://',
    'about:blank',
  ],
  ...['https://evil.example', 'chrome-extension://app.example', `https://${'a.'.repeat(200)}shop.example`],
);

const scheme = oneOf(
  'https://',
  'https://',
  'https://',
  'http://',
  'HTTPS://',
  'https:',
  'https:/',
  'https:\\\\',
  'wss://',
  '//',
  ' https://',
  'data:',
);
const before = oneOf(
  ...[
    '',
    '',
    '',
    'evil',
    'a.',
    '-.',
    '..',
    'evil.example/',
    'evil.example#',
    'evil.example?',
    'evil.example@',
    'evil.example\\',
  ],
  ...[
    'a:b@',
    '%',
    '\0',
    'evil.example\r\n.',
    'evil.example%0d.',
    '\u2028',
    'a b.',
    'A.',
    '\u0430.',
    'xn--a.',
    '*.',
    '_.',
    '{',
    '[::1].',
    `${'x'.repeat(300)}.`,
  ],
);
const name = oneOf(
  'app.example',
  'shop.example',
  'localhost:3000',
  'APP.example',
  'a.shop.EXAMPLE',
  'app\u3002example',
  'app.\u0435xample',
  'appXexample',
  'shop-example',
  'localhost',
  '127.0.0.1:3000',
);
const after = oneOf(
  '',
  '',
  '',
  '.',
  ':443',
  ':8443',
  ':',
  ':0',
  ':3000',
  '/',
  '/x',
  '?',
  '#',
  '.evil.example',
  'evil',
  '@evil.example',
  ':80@evil.example',
  '\\.evil.example',
  '%00',
  '\0.evil.example',
  ' ',
  '\t',
  ',https://evil.example',
  ', *',
  '\r\n',
  ';',
  '"',
);

/** With the right beginning and the right end. */
const between = joined(
  fc.constant('https://'),
  fc.oneof(
    before,
    oneOf(
      'evil.example/.',
      'evil.example:80/.',
      'evil.example#.',
      'evil.example?x.',
      'a:b@x.',
      'evil.example%2f.',
      'x y.',
      '\u0000.',
    ),
  ),
  oneOf('shop.example', 'a.shop.example', '.shop.example'),
);

const origin = fc.oneof(
  { weight: 1, arbitrary: whole },
  { weight: 3, arbitrary: joined(scheme, before, name, after) },
  { weight: 1, arbitrary: between },
);

const asked = fc.record({
  method: oneOf('GET', 'POST', 'DELETE', 'get', 'PATCH', '*', '', 'GET, POST', 'GET\r\nX: y'),
  headers: oneOf(
    '',
    'content-type',
    'X-Requested-With',
    '*',
    'authorization, x',
    ',',
    'a'.repeat(3_000),
    'x:y',
    'a\r\nb: c',
    'é',
  ),
  network: oneOf('', 'true', 'false'),
});

export const origins: fc.Arbitrary<Payload> = fc.oneof(
  {
    weight: 4,
    arbitrary: payload({
      method: oneOf('GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE'),
      path: anyPlace,
      fields: fc.tuple(oneOf('origin', 'origin', 'Origin', 'ORIGIN'), origin).map((field) => [field]),
    }),
  },
  {
    weight: 4,
    arbitrary: payload({
      method: fc.constant('OPTIONS'),
      path: anyPlace,
      fields: fc.tuple(origin, asked).map(([from, { method, headers, network }]) => [
        ['origin', from],
        ['access-control-request-method', method],
        ['access-control-request-headers', headers],
        ['access-control-request-private-network', network],
      ]),
    }),
  },
  {
    weight: 1,
    arbitrary: payload({
      path: anyPlace,
      fields: fc.tuple(origin, origin).map(([one, other]) => [
        ['origin', one],
        ['Origin', other],
      ]),
    }),
  },
);
