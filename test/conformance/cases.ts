/** What is sent to every host. The app shows what reached it; under /answers/ it answers in the way the path names. */
import type { Sent } from '../support/http.ts';

export type Case = readonly [title: string, sent: Sent];

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const typed = (type: string, body: Uint8Array | string): Sent => ({
  method: 'POST',
  headers: [['content-type', type]],
  body,
});

const methods: Case[] = [
  ...['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH'].map(
    (method): Case => [method, { method, path: '/things/7' }],
  ),
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'GET'].map(
    (method): Case => [`${method} with a body`, { ...typed('text/plain', 'some words'), method }],
  ),
];

const targets: Case[] = [
  ['the root', '/'],
  ['segments that are empty', '//a//b/'],
  ['dots', '/a/../b/./c/...'],
  ['encoded dots', '/a/%2e%2e/b'],
  ['an encoded slash', '/a%2Fb%2fc'],
  ['an encoded space', '/a%20b'],
  ['letters encoded without need', '/%41%7A%2D%7E'],
  ['UTF-8', '/%C3%BC/%E6%97%A5%E6%9C%AC/%F0%9F%98%80'],
  ['small hexadecimal digits', '/%c3%bc'],
  ['sub-delimiters', "/!$&'()*+,;=:@-._~"],
  ['sub-delimiters, encoded', '/%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40'],
  ['an encoded percent sign', '/100%25/2525'],
  ['an encoded question mark and hash', '/what%3F%23'],
  ['a percent sign without digits', '/100%'],
  ['characters that should have been encoded', '/"<>`{}|^'],
  ['a backslash', '/a\\b'],
  ['a NUL in the path', '/a%00b'],
  ['a line break in the path', '/a%0D%0AX-Injected:%201'],
  ['an absolute form inside a path', '/http://evil.example/x'],
  ['a long path', `/${'x'.repeat(6_000)}`],
  ['a question mark at the end', '/path?'],
  ['an ordinary query', '/search?q=shoes&page=2'],
  ['plus, %20 and %2B', '/search?q=a+b%20c%2Bd'],
  ['repeats, order, bare names, empty parts', '/?b=2&a=1&b=1&&=&c&d='],
  ['a second question mark', '/?a=?&b=/?'],
  ['malformed escapes in a query', '/?a=%&b=%zz&c=%E9'],
  ['brackets and quotes in a query', `/?a[0]=x&b="y"&c={z}&d=|`],
  ['a query of commas', '/?ids=1,2,3&ids=4'],
].map(([title = '', path = '']): Case => [title, { path }]);

const headers: Case[] = [
  ['names in any case', { headers: [['X-Mixed-Case', 'Kept As It Is']] }],
  [
    'repeated fields',
    {
      headers: [
        ['accept', 'text/html'],
        ['x-many', '1'],
        ['Accept', 'image/png'],
        ['X-Many', '2, 3'],
      ],
    },
  ],
  ['an empty value', { headers: [['x-empty', '']] }],
  ['spaces and tabs inside a value', { headers: [['x-space', 'a  b\tc']] }],
  ['a UTF-8 value', { headers: [['x-city', latin1('Srīperumbūdūr 日本')]] }],
  ['a date with its comma', { headers: [['if-modified-since', 'Wed, 01 Jan 2025 00:00:00 GMT']] }],
  [
    'credentials',
    {
      headers: [
        ['authorization', 'Basic dXNlcjpwYXNz'],
        ['proxy-authorization-not', 'x'],
      ],
    },
  ],
  [
    'names that objects have already',
    {
      headers: [
        ['constructor', 'c'],
        ['__proto__', 'p'],
        ['toString', 't'],
      ],
    },
  ],
  ['a long value', { headers: [['x-long', 'v'.repeat(6_000)]] }],
  ['a hundred fields', { headers: Array.from({ length: 100 }, (_, n) => [`x-n-${n}`, `value ${n}`] as const) }],
  ['a host of its own', { headers: [['host', 'Shop.Example:8443']] }],
  [
    'fields that belong to the connection',
    {
      headers: [
        ['connection', 'close, x-private'],
        ['x-private', '1'],
        ['te', 'trailers'],
      ],
    },
  ],
  [
    'a conditional request',
    {
      headers: [
        ['if-none-match', '"a", W/"b"'],
        ['range', 'bytes=0-1,4-'],
      ],
    },
  ],
  ['one cookie', { headers: [['cookie', 'a=1']] }],
  ['cookies of every kind', { headers: [['cookie', 'a=1; b="x y"; c=1=2==; d=; e=%3B; __Host-f=g']] }],
  ['many cookies', { headers: [['cookie', Array.from({ length: 60 }, (_, n) => `c${n}=${n}`).join('; ')]] }],
];

const bodies: Case[] = [
  ['an empty body', typed('text/plain', '')],
  ['JSON', typed('application/json', '{"a":"é","b":[1,2]}')],
  ['a form', typed('application/x-www-form-urlencoded', 'a=1&b=%20+')],
  ['a multipart form with a file', typed('multipart/form-data; boundary=x', multipart())],
  ['text in UTF-8', typed('text/plain; charset=utf-8', '\ufeff日本 😀 \u0000')],
  ['text in latin1', typed('text/plain; charset=iso-8859-1', Buffer.from('café', 'latin1'))],
  ['every byte', typed('application/octet-stream', everyByte)],
  ['every byte, called text', typed('text/plain', everyByte)],
  ['bytes without a type', { method: 'POST', body: everyByte }],
  [
    'a compressed body',
    {
      ...typed('application/json', everyByte),
      headers: [
        ['content-type', 'application/json'],
        ['content-encoding', 'gzip'],
      ],
    },
  ],
  ['1 MB of bytes', typed('application/octet-stream', Buffer.alloc(1024 * 1024, everyByte))],
  ['1 MB of text', typed('text/plain; charset=utf-8', 'é'.repeat(512 * 1024))],
];

function multipart(): Buffer {
  const head = '--x\r\ncontent-disposition: form-data; name="f"; filename="a.bin"\r\n\r\n';
  return Buffer.concat([Buffer.from(head), everyByte, Buffer.from('\r\n--x--\r\n')]);
}

/** What the app shows of each of these must be what it shows when it is asked directly. */
export const requests: Readonly<Record<string, readonly Case[]>> = { methods, targets, headers, bodies };

const names = [
  'empty',
  'created',
  'no-content',
  'not-modified',
  'redirect',
  'redirect-away',
  'missing',
  'broken',
  'unavailable',
  'teapot',
  'partial',
  'cookies',
  'repeats',
  'binary',
  'image',
  'latin1',
  'not-utf8',
  'utf8',
  'json',
  'untyped',
  'untyped-html',
  'untyped-binary',
  'gzip',
  'big',
  'big-text',
  'utf8-header',
  'latin1-header',
  'long-header',
  'longer-header',
  'odd-names',
  'chunked',
  'hints',
  'leave',
  'trailers',
  'hop-by-hop',
];

/** What the client gets of each of these must be what the app sends directly. */
export const answers: readonly Case[] = [
  ...names.map((name): Case => [name, { path: `/answers/${name}` }]),
  ...['image', 'missing', 'cookies', 'redirect', 'big'].map(
    (name): Case => [`HEAD of ${name}`, { method: 'HEAD', path: `/answers/${name}` }],
  ),
];
