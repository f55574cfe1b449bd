/** 3.4: paths, 3.5: queries. */
import { facts, fixture, seenOf, targetOf } from './facts.ts';

const none = { queryStringParameters: null, multiValueQueryStringParameters: null };
const api = (path: string, more: object = {}) =>
  fixture('http-api-get', { rawPath: path, rawQueryString: '', requestContext: { http: { path }, ...more } });
const url = (rawPath: string) => fixture('function-url-get', { rawPath, rawQueryString: '' });
const rest = (path: string, more: object = {}) => fixture('rest-get', { path, ...none, ...more });
const apiV1 = (path: string) => fixture('http-api-v1-get', { path, ...none });
const stagedV1 = (path: string, requestContext: object = {}) =>
  fixture('http-api-v1-named-stage', { path, requestContext: { path, ...requestContext } });
const alb = (path: string) => fixture('alb-single-get', { path, queryStringParameters: null });
const query = (name: string, multi: object | null, single: object | null = null) => ({
  ...fixture(name, { path: '/' }),
  multiValueQueryStringParameters: multi,
  queryStringParameters: single,
});

facts([
  [
    '3.4 REST: the path comes as sent and goes on as sent',
    () => targetOf(rest('/capture/space%20value')),
    '/capture/space%20value',
  ],
  [
    '3.4 ALB: the path comes as sent and goes on as sent',
    () => targetOf(alb('/capture/space%20value')),
    '/capture/space%20value',
  ],
  ['3.4 Function URL: rawPath is as sent', () => targetOf(url('/capture/space%20value')), '/capture/space%20value'],
  [
    '3.4 Function URL: even a malformed one is verbatim',
    () => targetOf(fixture('function-url-malformed-path')),
    '/pa2%Fth/1',
  ],
  [
    '3.4 HTTP API: rawPath is decoded, a space is encoded again (SH, SX, H4 send it raw)',
    () => targetOf(api('/capture/space value')),
    '/capture/space%20value',
  ],
  [
    '3.4 HTTP API: non-ASCII is encoded again (SH, SX, H4 send it raw)',
    () => targetOf(api('/ünïcode')),
    '/%C3%BCn%C3%AFcode',
  ],
  [
    '3.4 HTTP API: a decoded ? does not begin a query (HO, SR, H4 split)',
    () => targetOf(api('/what?/x')),
    '/what%3F/x',
  ],
  ['3.4 HTTP API: a decoded # does not cut the path (FA drops the rest)', () => targetOf(api('/c#/x')), '/c%23/x'],
  [
    '3.4 HTTP API: quotes, angles, backtick and braces are encoded',
    () => targetOf(api('/"<>`{}')),
    '/%22%3C%3E%60%7B%7D',
  ],
  ['3.4 HTTP API: control characters are encoded', () => targetOf(api('/a\tb\u001f')), '/a%09b%1F'],
  [
    '3.4 HTTP API: a bare % is encoded, one before two hex digits is left',
    () => targetOf(api('/100%/%zz/%41')),
    '/100%25/%25zz/%41',
  ],
  ['3.4 HTTP API: the %2F that a client sent is a slash by now', () => targetOf(api('/a/b')), '/a/b'],
  [
    '3.4 HTTP API: all of it on a wire',
    async () => (await seenOf(fixture('http-api-decoded-path'))).line,
    'GET /capture/space%20value/%C3%BCn%C3%AFcode/what%3F/c%23/100%25',
  ],
  [
    '3.4 HTTP API 1.0: the path is decoded as well',
    () => targetOf(apiV1('/capture/space value?/ü')),
    '/capture/space%20value%3F/%C3%BC',
  ],
  ['3.4 REST: a %2F stays', () => targetOf(rest('/a%2Fb')), '/a%2Fb'],
  ['3.4 ALB: a %2F and a malformed escape stay', () => targetOf(alb('/a%2Fb/%F')), '/a%2Fb/%F'],
  ['3.4 REST: no stage in the path of the default domain', () => targetOf(rest('/capture')), '/capture'],
  ['3.4 REST mapping without base path and stage: /<stage>/x', () => targetOf(rest('/prod/x'), '/prod'), '/x'],
  ['3.4 REST mapping with base path: /<base>/<stage>/x', () => targetOf(rest('/shop/prod/x'), '/shop/prod'), '/x'],
  ['3.4 REST mapping with base path and stage: /<base>/x', () => targetOf(rest('/shop/x'), '/shop'), '/x'],
  [
    '3.4 HTTP API: a named stage is taken off (six adapters forward /dev/p)',
    () => targetOf(fixture('http-api-named-stage', { rawQueryString: '' })),
    '/capture/plain',
  ],
  [
    '3.4 HTTP API: a named stage only at the end of a segment',
    () => targetOf(api('/development/x', { stage: 'dev' })),
    '/development/x',
  ],
  ['3.4 HTTP API: a named stage once', () => targetOf(api('/dev/dev/x', { stage: 'dev' })), '/dev/x'],
  ['3.4 HTTP API: nothing but the stage is /', () => targetOf(api('/dev', { stage: 'dev' })), '/'],
  ['3.4 HTTP API: $default is no part of the path', () => targetOf(api('/$default/x')), '/$default/x'],
  [
    '3.4 HTTP API: on a custom domain the stage is not in the path',
    () => targetOf(fixture('http-api-custom-domain', { rawQueryString: '' }), '/shop'),
    '/capture/plain',
  ],
  [
    '3.4 HTTP API: a custom domain’s base path is not the stage',
    () =>
      targetOf(
        fixture('http-api-custom-domain', {
          rawPath: '/prod/x',
          rawQueryString: '',
          requestContext: { http: { path: '/prod/x' } },
        }),
      ),
    '/prod/x',
  ],
  [
    '3.4 HTTP API 1.0: a named stage is in the path and is taken off',
    () => targetOf(fixture('http-api-v1-named-stage')),
    '/capture/space%20value',
  ],
  [
    '3.4 HTTP API 1.0: a named stage only at the end of a segment',
    () => targetOf(stagedV1('/development/x')),
    '/development/x',
  ],
  ['3.4 HTTP API 1.0: a named stage once', () => targetOf(stagedV1('/dev/dev/x')), '/dev/x'],
  ['3.4 HTTP API 1.0: nothing but the stage is /', () => targetOf(stagedV1('/dev')), '/'],
  ['3.4 HTTP API 1.0: $default is no part of the path', () => targetOf(apiV1('/$default/x')), '/$default/x'],
  [
    '3.4 HTTP API 1.0: a stage that the path has lost already is not taken from the app’s own',
    () => targetOf(stagedV1('/dev/x', { path: '/dev/dev/x' })),
    '/dev/x',
  ],
  [
    '3.4 HTTP API 1.0: on a custom domain the base path is in the path and the stage is not',
    () => targetOf(stagedV1('/shop/dev/x', { domainName: 'api.example.com', domainPrefix: 'api' }), '/shop'),
    '/dev/x',
  ],
  [
    '3.4 REST: the stage is not in path, so what looks like it is the app’s',
    () => targetOf(rest('/prod/x', { requestContext: { stage: 'prod', path: '/prod/prod/x' } })),
    '/prod/x',
  ],
  ['3.4 base path: only at the end of a segment (LWA: /apix -> /x)', () => targetOf(alb('/apix'), '/api'), '/apix'],
  ['3.4 base path: once (LWA: /api/api/1 -> /1)', () => targetOf(alb('/api/api/1'), '/api'), '/api/1'],
  ['3.4 base path: only at the start (SH: /x/api/y -> /y)', () => targetOf(alb('/x/api/y'), '/api'), '/x/api/y'],
  ['3.4 base path: not behind a segment as long as it', () => targetOf(alb('/abc/api'), '/api'), '/abc/api'],
  ['3.4 base path: an empty rest is /', () => targetOf(alb('/api'), '/api'), '/'],
  [
    '3.4 base path: an empty rest with a query',
    () =>
      targetOf(
        fixture('http-api-get', { rawPath: '/api', rawQueryString: 'a=1', requestContext: { http: { path: '/api' } } }),
        '/api',
      ),
    '/?a=1',
  ],
  [
    '3.4 REST: double slashes inside are kept',
    () => targetOf(fixture('rest-double-slash')),
    '/proxy-value//double-slash',
  ],
  [
    '3.4 REST: leading double slashes are gone from path; requestContext.path is not used',
    () => targetOf(rest('/x', { requestContext: { path: '/prod//x' } })),
    '/x',
  ],
  [
    '3.4 REST: pathParameters.proxy is not the path (SX loses /user)',
    () => targetOf(fixture('rest-nested-proxy')),
    '/user/a/b',
  ],
  ['3.4 //evil.com/x is in origin form', async () => (await seenOf(alb('//evil.com/x'))).line, 'GET //evil.com/x'],
  [
    '3.4 dots are not resolved, a backslash stays (LWA)',
    () => targetOf(alb('/a/../b/%2e%2e/c\\d')),
    '/a/../b/%2e%2e/c\\d',
  ],
  [
    '3.4 an absolute form is a path',
    async () => (await seenOf(alb('http://evil.com/x'))).line,
    'GET /http://evil.com/x',
  ],

  [
    '3.5 HTTP API: rawQueryString byte for byte (FA loses order and splits commas)',
    () => targetOf(fixture('http-api-get')),
    '/capture/plain?literalPlus=a+b&encodedPlus=a%2Bb&empty=&many=1&many=2&bare',
  ],
  [
    '3.5 Function URL: rawQueryString byte for byte',
    () => targetOf(fixture('function-url-get')),
    '/capture/space%20value?literalPlus=a+b&encodedPlus=a%2Bb&empty=',
  ],
  [
    '3.5 payload 2.0: q=a,b is one value',
    () => targetOf(fixture('function-url-get', { rawPath: '/', rawQueryString: 'q=a,b' })),
    '/?q=a,b',
  ],
  [
    '3.5 payload 2.0: queryStringParameters is not read',
    () => targetOf(fixture('function-url-get', { rawPath: '/', rawQueryString: '' })),
    '/',
  ],
  [
    '3.5 payload 2.0: malformed escapes are verbatim',
    () => targetOf(fixture('function-url-get', { rawPath: '/', rawQueryString: '%%T%%' })),
    '/?%%T%%',
  ],
  [
    '3.5 REST: maps are decoded and encoded again',
    () => targetOf(query('rest-get', { encodedPlus: ['a+b'], literalPlus: ['a b'] })),
    '/?encodedPlus=a%2Bb&literalPlus=a%20b',
  ],
  [
    '3.5 REST: repeats exist only in the multi-value map',
    () => targetOf(query('rest-get', { many: ['1', '2'] }, { many: '2' })),
    '/?many=1&many=2',
  ],
  [
    '3.5 REST: with the single map only the query is not lost (SX loses it)',
    () => targetOf(query('rest-get', null, { a: '1' })),
    '/?a=1',
  ],
  ['3.5 REST: an empty value is kept', () => targetOf(query('rest-get', { empty: [''] })), '/?empty='],
  [
    '3.5 REST: names and values with &, =, #, % and Unicode',
    () => targetOf(query('rest-get', { 'a&b': ['c=d#%'], ü: ['日'] })),
    '/?a%26b=c%3Dd%23%25&%C3%BC=%E6%97%A5',
  ],
  ['3.5 REST: | ; {} are encoded', () => targetOf(query('rest-get', { a: ['|;{}'] })), '/?a=%7C%3B%7B%7D'],
  [
    '3.5 HTTP API 1.0: maps are decoded and encoded again',
    () => targetOf(query('http-api-v1-get', { encodedPlus: ['a+b'] })),
    '/?encodedPlus=a%2Bb',
  ],
  [
    '3.5 ALB: maps are not decoded: an encoded plus stays',
    () => targetOf(query('alb-multi-get', { p: ['a%2Bb'] })),
    '/?p=a%2Bb',
  ],
  ['3.5 ALB: a literal plus stays (FA %2B, SH %20)', () => targetOf(query('alb-multi-get', { p: ['a+b'] })), '/?p=a+b'],
  [
    '3.5 ALB: an encoded URL is not encoded again (H4)',
    () => targetOf(query('alb-multi-get', { to: ['https%3A%2F%2Fexample.com%2F'] })),
    '/?to=https%3A%2F%2Fexample.com%2F',
  ],
  [
    '3.5 ALB: %%T%% passes (SX 500, FA throws)',
    async () => (await seenOf(fixture('alb-single-get'))).line,
    'GET /capture/space%20value?literalPlus=a+b&encodedPlus=a%2Bb&empty=&many=2&to=https%3A%2F%2Fexample.com%2F&bad=%%T%%',
  ],
  ['3.5 ALB multi: repeats in order', () => targetOf(query('alb-multi-get', { many: ['1', '2'] })), '/?many=1&many=2'],
  [
    '3.5 ALB single: the last repeat is all there is',
    () =>
      targetOf(
        fixture('alb-single-get', {
          path: '/',
          queryStringParameters: {
            literalPlus: undefined,
            encodedPlus: undefined,
            empty: undefined,
            to: undefined,
            bad: undefined,
          },
        }),
      ),
    '/?many=2',
  ],
  ['3.5 ALB: no parameters, no question mark', () => targetOf(fixture('alb-health-check')), '/health'],
]);
