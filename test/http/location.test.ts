import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locationProblem } from '../../config/redirects.ts';
import { compileLocation, placeholdersIn, toClient } from '../../http/location.ts';
import { pathOf } from '../../http/message.ts';
import { toCanonicalPath } from '../../http/path.ts';
import { compileRules } from '../../http/patterns.ts';

describe('a location is filled in', () => {
  test.each<[title: string, location: string, names: Record<string, string>, query: string, expected: string]>([
    ['a name by what it stands for', '/new/:name', { name: 'tea' }, '', '/new/tea'],
    ['a name twice', '/:a/:a', { a: 'x' }, '', '/x/x'],
    ['a name beside a text', '/shop-:id.html', { id: '7' }, '', '/shop-7.html'],
    ['the longest name there is', '/:ab', { a: '1', ab: '2' }, '', '/2'],
    ['a rest with its slashes', '/new/:splat', { splat: 'a/b/' }, '', '/new/a/b/'],
    ['no rest', '/new/:splat', { splat: '' }, '', '/new/'],
    ['a rest that begins with a slash', '/:splat', { splat: '/a' }, '', '/a'],
    ['a name of nothing', '/new/:name?of=:name', {}, '', '/new/?of='],
    ['nothing between two slashes', '/a/:splat/b', { splat: '' }, '', '/a/b'],
    ['a port is no name', 'http://localhost:8080/:a', { a: 'x' }, '', 'http://localhost:8080/x'],
    ['digits are no name', '/at/12:30', {}, '', '/at/12:30'],
    ['a host in lower case, in ASCII', 'HTTPS://Bücher.Example/a', {}, '', 'https://xn--bcher-kva.example/a'],
    ['a host without a path', 'https://example.com', {}, 'a=1', 'https://example.com?a=1'],
    ['a host with a query', 'https://example.com?a=1', {}, '', 'https://example.com?a=1'],
    ['the query', '/a', {}, 'b=1', '/a?b=1'],
    ['the query after its own', '/a?b=1', {}, 'c=2', '/a?b=1&c=2'],
    ['its own query alone', '/a?b=1', {}, '', '/a?b=1'],
    ['the query before a fragment', '/a#b', {}, 'c=2', '/a?c=2#b'],
    ['a name in a query, where & and = would be more', '/a?q=:q', { q: 'x&y=1#z' }, '', '/a?q=x%26y%3D1%23z'],
    ['a name in a fragment', '/a#:q', { q: 'x y' }, '', '/a#x%20y'],
    ['what is encoded stays', '/a%20b', {}, '', '/a%20b'],
    ['a percent sign that encodes nothing', '/100%', {}, '', '/100%25'],
    ['spaces and other letters of the rule', '/café au lait', {}, '', '/caf%C3%A9%20au%20lait'],
    ['a backslash of the rule', '/a\\b', {}, '', '/a%5Cb'],
    ['a percent sign of the path', '/:a', { a: '50%' }, '', '/50%25'],
    ['question mark and hash of the path', '/:a', { a: 'x?y#z' }, '', '/x%3Fy%23z'],
    ['a line break', '/:a', { a: 'x\r\ny' }, '', '/x%0D%0Ay'],
    ['a tab, which browsers drop', '/:a', { a: '\t/evil.example' }, '', '/%09/evil.example'],
    ['a backslash, which browsers take for a slash', '/:a', { a: '\\evil.example' }, '', '/%5Cevil.example'],
    ['what looks like a scheme', '/:a', { a: 'javascript:alert(1)' }, '', '/javascript:alert(1)'],
    ['what looks like a user', 'https://a.example/:a', { a: '@evil.example' }, '', 'https://a.example/@evil.example'],
    ['half a character', '/:a', { a: '\ud800' }, '', '/%EF%BF%BD'],
    ['other letters of the query', '/a', {}, 'b=ī', '/a?b=%C4%AB'],
    ['bytes of the query', '/a', {}, 'b=\u00c3\u00a9\u00ff #\r\n', '/a?b=%C3%A9%FF%20%23%0D%0A'],
  ])('%s', (_title, location, names, query, expected) => {
    expect(compileLocation(location)(names, query)).toBe(expected);
  });
});

test('a path of the app is one below the base path for its client, and a URL stays what it is', () => {
  expect(toClient('/a/', { basePath: '/shop' })).toBe('/shop/a/');
  expect(toClient('/a', {})).toBe('/a');
  expect(toClient('https://example.com/', { basePath: '/shop' })).toBe('https://example.com/');
});

test('its names are known, ports and schemes are none', () => {
  expect(placeholdersIn('https://a.example:8080/:a/x-:b_1?q=:c#:splat')).toEqual(['a', 'b_1', 'c', 'splat']);
});

const hostile = fc
  .array(
    fc.constantFrom(
      ...['/', '//', '\\', '%2f', '%5c', '%0d%0a', '%09', '%00', '%', '@', ':', '.', '..', '%2e', '?', '#', '&', '='],
      ...[
        'a',
        'evil.example',
        'javascript:',
        'https:',
        '\t',
        '\r\n',
        '\u00e9',
        '\ud800',
        '\u2028',
        '%252f',
        '%e2%80%a8',
      ],
    ),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join('')}`);

const location = fc
  .tuple(
    fc.constantFrom('/', '/', 'https://docs.example', 'http://docs.example:8080/'),
    fc.array(
      fc.constantFrom(
        '/',
        '//',
        '\\',
        ':a',
        ':splat',
        '.',
        '..',
        '@',
        'x',
        '/evil.example',
        '?',
        '#',
        '?q=:a',
        ' ',
        '\t',
      ),
      { maxLength: 8 },
    ),
  )
  .map(([start, parts]) => start + parts.join(''));

const pattern = fc.constantFrom('/:a/*', '/x/:a/*', '/*', '*', '/a*', '*example');

test('whatever the path and the rule, it leads to the same host or to the one the rule names', () => {
  fc.assert(
    fc.property(pattern, location, hostile, (pattern, location, target) => {
      fc.pre(locationProblem(pattern, location, 301) === undefined);
      const path = toCanonicalPath(pathOf(target));
      const match = path === null ? null : compileRules([[pattern, pattern]]).first(path);
      fc.pre(match !== null);
      const filled = compileLocation(location)(match?.names ?? {}, target.split('?')[1] ?? '');
      expect(filled).toMatch(/^[\u0021-\u007e]+$/);
      const here = 'https://shop.example';
      const own = location.startsWith('/') ? here : new URL(location).origin;
      const reached = new URL(filled, here);
      expect([reached.origin, reached.username, reached.password]).toEqual([own, '', '']);
      if (own === here) expect(filled).toMatch(/^\/(?![/\\])/);
    }),
    { numRuns: 3_000 },
  );
});
