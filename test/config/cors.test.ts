import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { isInsecure } from '../../config/origins.ts';
import { messagesOf, parse, placesOf } from './parse.ts';

function corsOf(cors: object, stages: object = {}, stage = 'production') {
  return resolveStage(parse({ cors, stages }).config, stage).cors;
}

const notAnOrigin = (written: string) =>
  `cors.allowed_origins[0] must be an origin such as "https://example.com" or "https://*.example.com", not "${written}"`;

describe('keys', () => {
  test('apex-up.md 2: absent by default', () => {
    expect(resolveStage(parse({}).config, 'production').cors).toBeUndefined();
  });

  test('apex-up.md 2: its defaults, and being there switches it on', () => {
    expect(corsOf({})).toEqual({
      enable: true,
      allowed_origins: ['*'],
      allowed_methods: ['GET', 'POST', 'HEAD'],
      allowed_headers: ['Origin', 'Accept', 'Content-Type', 'X-Requested-With'],
      exposed_headers: [],
      allow_credentials: false,
      max_age: 0,
      private_network: false,
    });
  });

  test('apex-up.md 2: debug is taken, with a warning that it does nothing', () => {
    expect(parse({ cors: { debug: true } }).warnings).toMatchObject([
      { line: 1, path: 'cors.debug', message: 'cors.debug does nothing: leave it out' },
    ]);
    expect(parse({ stages: { beta: { cors: { debug: false } } } }).warnings).toMatchObject([
      { path: 'stages.beta.cors.debug' },
    ]);
  });

  test('methods are taken in any case', () => {
    expect(corsOf({ allowed_methods: ['put', 'Patch'] })?.allowed_methods).toEqual(['PUT', 'PATCH']);
  });

  test.each([
    ['the bounds of max_age', { max_age: -1 }],
    ['the longest max_age', { max_age: 86_400 }],
    ['no request header', { allowed_headers: [] }],
    ['all headers without credentials', { allowed_headers: ['*'], exposed_headers: ['*'] }],
    [
      'credentials and this machine',
      { allow_credentials: true, allowed_origins: ['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:1'] },
    ],
    ['other schemes', { allowed_origins: ['capacitor://localhost', 'chrome-extension://abcdef'] }],
    ['insecure origins without credentials', { allowed_origins: ['http://example.com'] }],
    ['what would be wrong if it were enabled', { enable: false, allow_credentials: true }],
  ])('%s may be', (_, cors) => {
    expect(corsOf(cors)).toMatchObject(cors);
  });
});

describe('origins are kept as browsers send them', () => {
  test.each([
    ['https://example.com', 'https://example.com'],
    ['HTTPS://Example.COM', 'https://example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['http://example.com:80', 'http://example.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['app://example.com:443', 'app://example.com:443'],
    ['https://*.Example.com:8443', 'https://*.example.com:8443'],
    ['https://r\u00e9sum\u00e9.example', 'https://xn--rsum-bpad.example'],
    ['https://example.com:65535', 'https://example.com:65535'],
    ['https://*.localhost:3000', 'https://*.localhost:3000'],
    ['*', '*'],
  ])('%s as %s', (written, kept) => {
    expect(corsOf({ allowed_origins: [written] })?.allowed_origins).toEqual([kept]);
  });
});

test.each([
  'https://*example.com',
  'https://example.*',
  'http*://example.com',
])('apex-up.md 4, not here: a * anywhere in an origin, such as %s', (origin) => {
  expect(messagesOf({ cors: { allowed_origins: [origin] } })).toHaveLength(1);
});

describe('origins that are refused', () => {
  test.each([
    ['null', 'cors.allowed_origins[0] must not be "null": any page can make its origin that'],
    ['https://example.com/', 'cors.allowed_origins[0] must end with its host or port: an origin has no path'],
    ['https://example.com/path', 'cors.allowed_origins[0] must end with its host or port: an origin has no path'],
    ['https://example.com?a', 'cors.allowed_origins[0] must end with its host or port: an origin has no path'],
    ['https://me@example.com', 'cors.allowed_origins[0] must not hold a user: an origin has none'],
    ['file://host', 'cors.allowed_origins[0] cannot be let in: browsers send "null" for files'],
    ...[
      'https://*example.com',
      'https://a.*.com',
      'https://example.*',
      'https://*.*.example.com',
      'https://*',
      'https://example.com:*',
    ].map((origin) => [
      origin,
      'cors.allowed_origins[0] may have a "*" only as the first label of a host: "https://*.example.com"',
    ]),
    ...['com', 'co.uk', 'com.au'].map((suffix) => [
      `https://*.${suffix}`,
      `cors.allowed_origins[0] lets in whoever owns a name below "${suffix}": name a domain of yours`,
    ]),
    ...[
      'example.com',
      '*.example.com',
      '//example.com',
      'https://',
      'https://a b.example',
      'https://example.com.',
      'https://example..com',
      'https://example.com:',
      'https://example.com:0',
      'https://example.com:65536',
      'https://1.2.3',
      'https://0x7f000001',
      'https://*.1.2.3.4',
      'https://exa%6dple.com',
      'at https://example.com',
      '1https://example.com',
      '',
    ].map((origin) => [origin, notAnOrigin(origin)]),
  ])('%s', (origin, message) => {
    expect(messagesOf({ cors: { allowed_origins: [origin] } })).toEqual([message]);
  });
});

describe('values that are refused', () => {
  test.each<[string, object, string]>([
    ['no origin', { allowed_origins: [] }, 'cors.allowed_origins must name at least one origin'],
    ['no method', { allowed_methods: [] }, 'cors.allowed_methods must name at least one method'],
    ['CONNECT', { allowed_methods: ['CONNECT'] }, 'cors.allowed_methods[0] must not be "CONNECT": no browser sends it'],
    ['trace', { allowed_methods: ['trace'] }, 'cors.allowed_methods[0] must not be "trace": no browser sends it'],
    ['TRACK', { allowed_methods: ['TRACK'] }, 'cors.allowed_methods[0] must not be "TRACK": no browser sends it'],
    ['no token', { allowed_methods: ['A B'] }, 'cors.allowed_methods[0] must be a method such as "GET", not "A B"'],
    ['any method', { allowed_methods: ['*'] }, 'cors.allowed_methods[0] must be a method such as "GET", not "*"'],
    [
      'a name with a blank',
      { allowed_headers: ['a b'] },
      'cors.allowed_headers[0] must be the name of a header field, or "*", not "a b"',
    ],
    [
      'a name with a comma',
      { exposed_headers: ['a,b'] },
      'cors.exposed_headers[0] must be the name of a header field, or "*", not "a,b"',
    ],
    ['more than a day', { max_age: 86_401 }, 'cors.max_age must be a number from -1 to 86400, not 86401'],
    ['-2', { max_age: -2 }, 'cors.max_age must be a number from -1 to 86400, not -2'],
    ['an enable that is no flag', { enable: 'no' }, 'cors.enable must be true or false, not "no"'],
  ])('%s', (_, cors, message) => {
    expect(messagesOf({ cors })).toEqual([message]);
  });
});

describe('what cannot go together', () => {
  const origins =
    'cors.allowed_origins must name the origins: "*" and allow_credentials let every site act for your users';

  test.each<[string, object, string[]]>([
    ['credentials and every origin', { allow_credentials: true }, [origins]],
    ['also where more are named', { allow_credentials: true, allowed_origins: ['https://a.example', '*'] }, [origins]],
    [
      'credentials and an insecure origin',
      { allow_credentials: true, allowed_origins: ['https://a.example', 'http://b.example'] },
      [
        'cors.allowed_origins must not hold "http://b.example": with allow_credentials it has to be https, or of this machine',
      ],
    ],
    [
      'credentials and insecure subdomains',
      { allow_credentials: true, allowed_origins: ['http://*.b.example'] },
      [
        'cors.allowed_origins must not hold "http://*.b.example": with allow_credentials it has to be https, or of this machine',
      ],
    ],
    [
      'credentials and every header',
      {
        allow_credentials: true,
        allowed_origins: ['https://a.example'],
        allowed_headers: ['*'],
        exposed_headers: ['*'],
      },
      [
        'cors.allowed_headers must name the header fields: "*" is not taken with allow_credentials',
        'cors.exposed_headers must name the header fields: "*" is not taken with allow_credentials',
      ],
    ],
  ])('%s', (_, cors, messages) => {
    expect(messagesOf({ cors })).toEqual(messages);
  });

  test.each([
    'http://localhost.example',
    'http://notlocalhost',
    'http://.localhost',
    'http://127.0.0.1.example',
    'http://127.0.0.1.example:3000',
    'http://a127.0.0.1',
  ])('%s is no origin of this machine', (origin) => {
    expect(isInsecure(origin)).toBe(true);
  });

  test.each([
    'https://example.com',
    'app://http://example.com',
    'http://localhost',
    'http://localhost:3000',
    'http://a.localhost',
    'http://*.localhost:3000',
    'http://127.0.0.1',
    'http://127.1.2.3:80',
    'http://[::1]:3000',
  ])('%s is, or is secure', (origin) => {
    expect(isInsecure(origin)).toBe(false);
  });

  test('also when it is a stage that puts it together, at its place', () => {
    const text = '{"cors": {},\n"stages": {"beta": {\n"cors": {"allow_credentials": true, "allowed_origins": ["*"]}}}}';
    expect(placesOf(text)).toEqual(['3:56 stages.beta.cors.allowed_origins']);
  });

  test('a rule that sets a field of the protocol', () => {
    const headers = { '/a': { 'Access-Control-Allow-Origin': '*' } };
    expect(messagesOf({ cors: {}, headers })).toEqual([
      'headers["/a"] must not set access-control-allow-origin: `cors` is there for it',
    ]);
    expect(parse({ cors: { enable: false }, headers }).config.headers).toHaveProperty('/a');
  });
});

describe('a stage', () => {
  const cors = { allowed_origins: ['https://example.com'], max_age: 60 };

  test('overrides key by key', () => {
    expect(corsOf(cors, { beta: { cors: { allowed_origins: ['http://localhost:3000'] } } }, 'beta')).toMatchObject({
      allowed_origins: ['http://localhost:3000'],
      max_age: 60,
    });
  });

  test('switches it off by null', () => {
    expect(corsOf(cors, { beta: { cors: null } }, 'beta')).toBeUndefined();
  });

  test('may be the only one that has it', () => {
    const { config } = parse({ stages: { beta: { cors: {} } } });
    expect(resolveStage(config, 'beta').cors?.enable).toBe(true);
    expect(resolveStage(config, 'production').cors).toBeUndefined();
  });
});
