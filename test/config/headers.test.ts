import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage, withHeadersFile } from '../../config/index.ts';
import { errorOf, messagesOf, parse, placesOf } from './parse.ts';

function headersOf(input: object, stage = 'production') {
  return resolveStage(parse(input).config, stage).headers;
}

function fromFile(text: string, config: object = {}) {
  return withHeadersFile(parse(config).config, text, '_headers').headers;
}

function fileProblems(text: string, config: object = {}) {
  return errorOf(() => fromFile(text, config)).problems.map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );
}

describe('rules', () => {
  test('apex-up.md 2: headers is a map of patterns to maps of names and values', () => {
    const headers = { '/assets/*': { 'cache-control': 'max-age=1' }, '*.css': { 'x-kind': 'style' } };
    expect(headersOf({ headers })).toEqual(headers);
  });

  test.each([
    ['there are none by default', {}, {}],
    ['names are kept in lower case', { '/': { 'X-Frame-Options': 'DENY' } }, { '/': { 'x-frame-options': 'DENY' } }],
    ['blanks around a value go', { '/': { a: ' b ' } }, { '/': { a: 'b' } }],
    ['a list sends a field several times', { '/': { Link: ['a', 'b'] } }, { '/': { link: ['a', 'b'] } }],
    ['other scripts are taken', { '/': { 'x-name': 'Thé' } }, { '/': { 'x-name': 'Thé' } }],
    [
      'Set-Cookie is a field like any other',
      { '/': { 'Set-Cookie': ['a', 'b'] } },
      { '/': { 'set-cookie': ['a', 'b'] } },
    ],
  ])('%s', (_, headers, expected) => {
    expect(headersOf({ headers })).toEqual(expected);
  });

  test('travel to the proxy in their order', () => {
    const headers = { '/*': { a: '1' }, '/x': { a: '2' }, '*.css': { a: '3' } };
    expect(Object.keys(proxyConfig(parse({ headers }).config).stages.staging!.headers)).toEqual(['/*', '/x', '*.css']);
  });
});

describe('what no rule may say is refused', () => {
  test.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Authenticate',
    'Proxy-Anything',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
  ])('%s, which applies to a single connection', (name) => {
    expect(messagesOf({ headers: { '/*': { [name]: 'x' } } })[0]).toMatch(
      / cannot be set: it applies to a single connection only$/,
    );
  });

  test.each<[string, object, string]>([
    [
      'Content-Length, which frames',
      { '/*': { 'Content-Length': '1' } },
      'headers["/*"]["Content-Length"] cannot be set: it is counted where the answer is sent',
    ],
    [
      'a line break',
      { '/*': { a: 'b\r\nSet-Cookie: c' } },
      'headers["/*"].a must not hold a line break or another control character',
    ],
    ['a NUL', { '/*': { a: '\0' } }, 'headers["/*"].a must not hold a line break or another control character'],
    [
      'a line break at the end',
      { '/*': { a: 'b\n' } },
      'headers["/*"].a must not hold a line break or another control character',
    ],
    [
      'a line break in a list',
      { '/*': { a: ['b', 'c\n'] } },
      'headers["/*"].a[1] must not hold a line break or another control character',
    ],
    ['a name with a blank', { '/*': { 'a b': 'c' } }, 'headers["/*"]["a b"] is not the name of a header field'],
    ['a name with a line break', { '/*': { 'a\n': 'c' } }, 'headers["/*"]["a\\n"] is not the name of a header field'],
    ['an empty value', { '/*': { a: '' } }, 'headers["/*"].a must not be empty'],
    ['an empty list', { '/*': { a: [] } }, 'headers["/*"].a must not be empty'],
    ['a number', { '/*': { a: 1 } }, 'headers["/*"].a must be a string or a list of strings, not 1'],
    ['a name twice', { '/*': { a: 'b', A: 'c' } }, 'headers["/*"].A is set twice: names are the same in any case'],
    [
      'two types',
      { '/*': { 'content-type': ['a', 'b'] } },
      'headers["/*"]["content-type"] cannot be sent more than once',
    ],
    [
      "Netlify's password",
      { '/*': { 'Basic-Auth': 'a:b' } },
      'headers["/*"]["Basic-Auth"] cannot be set: every client would be told the password',
    ],
    ['a path without a slash', { 'assets/*': {} }, 'headers["assets/*"] is not a path such as "/assets/*" or "*.css"'],
    ['two stars', { '/*/a/*': {} }, 'headers["/*/a/*"] is not a path such as "/assets/*" or "*.css"'],
    ['fields that are no map', { '/*': 'x' }, 'headers["/*"] must be an object, not "x"'],
  ])('%s', (_, headers, message) => {
    expect(messagesOf({ headers })).toEqual([message]);
  });

  test('at its name', () => {
    expect(placesOf('{\n"headers": {\n  "/*": { "TE": "x" } } }')).toEqual(['3:11 headers["/*"].TE']);
  });

  test('in a stage too', () => {
    expect(messagesOf({ stages: { beta: { headers: { '/*': { TE: 'x' } } } } })).toEqual([
      'stages.beta.headers["/*"].TE cannot be set: it applies to a single connection only',
    ]);
  });
});

describe('a stage', () => {
  const headers = { '/*': { A: '1', B: '2' }, '/x': { C: '3' } };

  test.each<[string, object | null, object]>([
    ['adds and replaces fields', { '/*': { a: '9', D: '4' } }, { '/*': { a: '9', b: '2', d: '4' }, '/x': { c: '3' } }],
    ['adds rules at the end', { '/y': { E: '5' } }, { '/*': { a: '1', b: '2' }, '/x': { c: '3' }, '/y': { e: '5' } }],
    ['takes a field away', { '/*': { A: null } }, { '/*': { b: '2' }, '/x': { c: '3' } }],
    ['takes a rule away', { '/*': null }, { '/x': { c: '3' } }],
    ['takes all away', null, {}],
  ])('%s', (_, override, expected) => {
    expect(headersOf({ headers, stages: { beta: { headers: override } } }, 'beta')).toEqual(expected);
  });
});

describe('_headers', () => {
  test.each([
    ['a path and its fields', '/a\n  A: 1\n  B: 2\n', { '/a': { a: '1', b: '2' } }],
    ['an ending', '*.css\n\tA: 1', { '*.css': { a: '1' } }],
    ['comments and empty lines', '# c\n\n/a\n  # c\n\n  A: 1 # not a comment\n', { '/a': { a: '1 # not a comment' } }],
    ['carriage returns and a byte order mark', '\uFEFF/a\r\n  A: 1\r\n', { '/a': { a: '1' } }],
    ['a path without fields', '/a\n/b\n  A: 1', { '/a': {}, '/b': { a: '1' } }],
    ['nothing', '', {}],
  ])('may hold %s', (_, text, expected) => {
    expect(fromFile(text)).toEqual(expected);
  });

  test('apex-up.md 4: a value with colons is kept whole (apex/up cut it)', () => {
    expect(fromFile('/a\n  Link: <https://example.com:8443/>; rel=a\n  A: b:c:d')).toEqual({
      '/a': { link: '<https://example.com:8443/>; rel=a', a: 'b:c:d' },
    });
  });

  test('apex-up.md 4: a field that is repeated is sent repeatedly (apex/up took the first)', () => {
    expect(fromFile('/a\n  Link: a\n  link: b\n  Set-Cookie: c\n  Set-Cookie: d')).toEqual({
      '/a': { link: ['a', 'b'], 'set-cookie': ['c', 'd'] },
    });
  });

  test('apex-up.md 2: it is merged with headers, and apex-up.md 4: up.json wins per field', () => {
    const headers = { '/a': { A: 'json' } };
    expect(fromFile('/a\n  A: file\n  B: file', { headers })).toEqual({ '/a': { a: 'json', b: 'file' } });
  });

  test('its rules come first; a pattern that both have stands where up.json has it', () => {
    const headers = { '/x': { A: '1' }, '/a': { A: '2' } };
    expect(Object.keys(fromFile('/a\n  A: 3\n/*\n  A: 4', { headers }))).toEqual(['/*', '/x', '/a']);
  });

  test.each([
    ['a field without a path', '  A: 1', ['_headers:1:3 a field must stand below the path it is for']],
    [
      'a field that is not indented',
      '/a\nA: 1',
      ['_headers:2:1 A: 1 must be indented to be a field of the path above it'],
    ],
    ['no colon', '/a\n  A 1', ['_headers:2:3 "A 1" is not a field: write Name: value']],
    ['no name', '/a\n  : 1', ['_headers:2:1 a field without a name is not the name of a header field']],
    ['no value', '/a\n  A:', ['_headers:2:3 A must not be empty']],
    ['a path twice', '/a\n  A: 1\n/a', ['_headers:3:1 /a is there twice: write its fields in one place']],
    ['no path', 'a/*', ['_headers:1:1 a/* is not a path such as "/assets/*" or "*.css"']],
    [
      'a control character',
      '/a\n  A: \u0001',
      ['_headers:2:3 A must not hold a line break or another control character'],
    ],
    [
      'all that is wrong',
      '/a\n  Connection: close\n  ETag: 1\n  ETag: 2',
      [
        '_headers:2:3 Connection cannot be set: it applies to a single connection only',
        '_headers:4:3 ETag cannot be sent more than once',
      ],
    ],
  ])('is refused for %s, with its place', (_, text, expected) => {
    expect(fileProblems(text)).toEqual(expected);
  });

  test("a password in Netlify's form is refused and not shown", () => {
    const { problems } = errorOf(() => fromFile('/a\n  Basic-Auth: me:secret'));
    expect(problems).toMatchObject([{ line: 2, hidesLine: true }]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  test('may not set what cors is there for, where a stage has it', () => {
    const text = '/a\n  Access-Control-Allow-Origin: *';
    expect(fromFile(text)).toEqual({ '/a': { 'access-control-allow-origin': '*' } });
    expect(fileProblems(text, { stages: { beta: { cors: {} } } })).toEqual([
      '_headers:2:3 Access-Control-Allow-Origin must not be set: `cors` is there for it',
    ]);
  });
});
