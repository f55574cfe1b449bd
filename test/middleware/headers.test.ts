/** `headers`: which rules apply, and what of them reaches an answer. */
import { describe, expect, test } from 'vitest';
import type { Headers } from '../../http/headers.ts';
import { headers } from '../../middleware/headers.ts';
import { request } from '../proxy/apps.ts';

type Config = Parameters<typeof headers>[0];

async function answer(config: Config, target: string, own: Headers = [], status = 200): Promise<Headers> {
  const middleware = headers(config);
  if (!middleware) throw new Error('not configured');
  return (await middleware(request(target), async () => ({ status, headers: own, body: null }))).headers;
}

test('without rules there is no middleware', () => {
  expect(headers({})).toBeNull();
});

describe('rules', () => {
  const rules = {
    '/*': { a: 'all', b: 'all' },
    '/shop/:product': { a: 'product' },
    '*.css': { c: 'style' },
    '/shop/*': { a: 'shop', d: 'shop' },
  };

  test.each<[string, string, object]>([
    ['one that matches applies', '/x', { a: 'all', b: 'all' }],
    [
      'apex-up.md 4: all that match apply, the later wins field by field (apex/up: the most specific alone)',
      '/shop/tea',
      { a: 'shop', b: 'all', d: 'shop' },
    ],
    ['apex-up.md 4: * spans slashes', '/shop/a/b/c.css', { a: 'shop', b: 'all', c: 'style', d: 'shop' }],
    ['apex-up.md 4: a pattern may omit the leading slash', '/deep/er/x.css', { a: 'all', b: 'all', c: 'style' }],
    ['the query is no part of the path', '/x?y=.css', { a: 'all', b: 'all' }],
    ['the path is decoded once', '/%73hop/x', { a: 'shop', b: 'all', d: 'shop' }],
    ['dots are resolved', '/shop/../x', { a: 'all', b: 'all' }],
    ['an encoded slash is one', '/x/..%2fshop/y', { a: 'shop', b: 'all', d: 'shop' }],
  ])('%s', async (_title, target, expected) => {
    expect(Object.fromEntries(await answer(rules, target))).toEqual(expected);
  });

  test.each(['/%ff', '/a%00b'])('none matches %s, which is no path', async (target) => {
    expect(await answer(rules, target)).toEqual([]);
  });
});

describe('what is there', () => {
  test('apex-up.md 4: stays, because the value of the app wins in Lambda', async () => {
    expect(await answer({ '/': { a: 'rule', b: 'rule' } }, '/', [['a', 'app']])).toEqual([
      ['a', 'app'],
      ['b', 'rule'],
    ]);
  });

  test('is replaced where it is only our default', async () => {
    const own = [['cache-control', 'max-age=600'] as const, ['etag', 'x'] as const];
    const res = await headers({ '/': { 'cache-control': 'max-age=60', etag: 'rule' } })?.(request('/'), async () => ({
      status: 200,
      headers: own,
      defaults: ['cache-control'],
      body: null,
    }));
    expect(res?.headers).toEqual([
      ['etag', 'x'],
      ['cache-control', 'max-age=60'],
    ]);
  });

  test('apex-up.md 4: is sent once (apex/up under `up start` sent both)', async () => {
    const fields = await answer({ '/': { 'cache-control': 'max-age=60' } }, '/', [['cache-control', 'no-store']]);
    expect(fields).toEqual([['cache-control', 'no-store']]);
  });

  test('apex-up.md 3: cookies of a rule go beside those of the app', async () => {
    expect(await answer({ '/': { 'set-cookie': ['a=1', 'b=2'] } }, '/', [['set-cookie', 'c=3']])).toEqual([
      ['set-cookie', 'c=3'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  test('and a rule on what an answer depends both hold', async () => {
    expect(await answer({ '/': { vary: 'Cookie, accept' } }, '/', [['vary', 'Accept']])).toEqual([
      ['vary', 'Accept, Cookie'],
    ]);
  });
});

test('apex-up.md 4: a redirect has them too (apex/up left them out)', async () => {
  expect(await answer({ '/a': { b: 'c' } }, '/a', [['location', '/']], 301)).toEqual([
    ['location', '/'],
    ['b', 'c'],
  ]);
});

test('the path is the one that was asked for, whatever becomes of it', async () => {
  const middleware = headers({ '/a': { x: 'asked' }, '/b': { x: 'rewritten' } })!;
  const res = await middleware(request('/a'), async (req) => ({
    status: 200,
    headers: [['target', { ...req, target: '/b' }.target]],
    body: null,
  }));
  expect(res.headers).toContainEqual(['x', 'asked']);
});

test('a list is sent as several fields', async () => {
  expect(await answer({ '/': { link: ['a', 'b'] } }, '/')).toEqual([
    ['link', 'a'],
    ['link', 'b'],
  ]);
});

test('other scripts go out as UTF-8', async () => {
  expect(await answer({ '/': { a: 'é' } }, '/')).toEqual([['a', '\u00c3\u00a9']]);
});
