import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { getHeader } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { compileRules } from '../../http/patterns.ts';
import { redirects } from '../../middleware/redirects.ts';
import { parse } from '../config/parse.ts';
import { bytesOf, request } from '../proxy/apps.ts';
import { httpApp, relayTo } from '../proxy/wire.ts';

type Written = Record<string, { location: string; status?: number; force?: boolean }>;

const ok: HttpResponse = { status: 200, headers: [], body: Buffer.from('app') };
const missing: HttpResponse = { status: 404, headers: [['x-of', '404']], body: Buffer.from('missing') };

/** Runs the rules of an up.json in front of an app; gives the answer and what the app was asked for. */
async function ask(rules: Written, req: HttpRequest | string, app: (req: HttpRequest) => HttpResponse = () => ok) {
  const middleware = redirects(parse({ redirects: rules }).config.redirects);
  if (!middleware) throw new Error('there are no rules');
  const asked: HttpRequest[] = [];
  const res = await middleware(typeof req === 'string' ? request(req) : req, async (inner) => {
    asked.push(inner);
    return app(inner);
  });
  return { res, asked, location: getHeader(res.headers, 'location'), targets: asked.map(({ target }) => target) };
}

const isNew = ({ target }: HttpRequest) => target.startsWith('/new');
const onlyNew = (req: HttpRequest) => (isNew(req) ? ok : missing);

test('without rules there is no middleware', () => {
  expect(redirects({})).toBeNull();
});

describe('a rule leads', () => {
  test.each<[title: string, rules: Written, target: string, location: string | undefined]>([
    ['apex-up.md 4: exact pattern and pattern + "/" both match', { '/a': { location: '/b', status: 301 } }, '/a', '/b'],
    ['apex-up.md 4: ... here with the slash', { '/a': { location: '/b', status: 301 } }, '/a/', '/b'],
    ['apex-up.md 4: `:name` is one segment', { '/a/:x/c': { location: '/:x', status: 301 } }, '/a/b/c', '/b'],
    ['apex-up.md 4: ... and not two', { '/a/:x/c': { location: '/:x', status: 301 } }, '/a/b/b/c', undefined],
    ['apex-up.md 4: ... nor none', { '/a/:x': { location: '/:x', status: 301 } }, '/a/', undefined],
    [
      'apex-up.md 4: `*` becomes `:splat`, the rest across slashes',
      { '/a/*': { location: '/b/:splat', status: 301 } },
      '/a/x/y',
      '/b/x/y',
    ],
    [
      'apex-up.md 2: placeholders of the path stand in the location',
      { '/shop/:product/buy/:id': { location: '/:id/:product', status: 302 } },
      '/shop/tea/buy/7',
      '/7/tea',
    ],
    [
      'apex-up.md 4 trap: a port in a location is no placeholder',
      { '/a/:x': { location: 'http://localhost:8080/:x', status: 302 } },
      '/a/b',
      'http://localhost:8080/b',
    ],
    [
      'apex-up.md 4, not here: the query is dropped; it is kept',
      { '/a': { location: '/b', status: 301 } },
      '/a?c=d',
      '/b?c=d',
    ],
    [
      'apex-up.md 4 trap: for the path it leads to a rule leads nowhere, instead of round and round',
      { '/a/:x': { location: '/:x/a', status: 301 } },
      '/a/a',
      undefined,
    ],
    [
      'apex-up.md 4, not here: the most specific; the first that is declared holds',
      { '/:x/b': { location: '/first', status: 301 }, '/a/*': { location: '/second', status: 302 } },
      '/a/b',
      '/first',
    ],
    ['an encoded path is the path', { '/caf\u00e9': { location: '/b', status: 301 } }, '/caf%C3%A9', '/b'],
    ['a path that goes around is the path', { '/a': { location: '/b', status: 301 } }, '/x/..//a', '/b'],
    ['no rule matches what is no path', { '/*': { location: 'https://a.example', status: 301 } }, '/%ff', undefined],
    [
      'a query of the request is kept, after that of the location',
      { '/a': { location: '/b?x=1', status: 301 } },
      '/a?y=2&y=3',
      '/b?x=1&y=2&y=3',
    ],
    [
      'not where this one path would lead to itself: the app is asked',
      { '/:a/x': { location: '/x/:a', status: 301 } },
      '/x/x',
      undefined,
    ],
  ])('%s', async (_title, rules, target, expected) => {
    const { location, asked } = await ask(rules, target);
    expect(location).toBe(expected);
    expect(asked.length).toBe(expected === undefined ? 1 : 0);
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('apex-up.md 4: with status %s answers by itself', async (status) => {
    const { res, asked } = await ask({ '/a': { location: '/b', status } }, '/a');
    expect([res.status, asked.length]).toEqual([status, 0]);
  });

  test('apex-up.md 4: has the text of its status and a newline as plain text', async () => {
    const { res } = await ask({ '/a': { location: '/b', status: 301 } }, '/a');
    expect(bytesOf(res).toString()).toBe('Moved Permanently\n');
    expect(getHeader(res.headers, 'content-type')).toMatch(/^text\/plain/);
    expect(getHeader(res.headers, 'content-length')).toBe('18');
  });

  test.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
  ])('apex-up.md 4: is for any method: %s', async (method) => {
    const { location } = await ask({ '/a': { location: '/b', status: 307 } }, request('/a', { method }));
    expect(location).toBe('/b');
  });

  test('says nothing of how long it may be kept: that is for header rules', async () => {
    const { res } = await ask({ '/a': { location: '/b', status: 301 } }, '/a');
    expect(getHeader(res.headers, 'cache-control')).toBeUndefined();
  });

  test('needs no force', async () => {
    const { location } = await ask({ '/a': { location: '/b', status: 301, force: false } }, '/a');
    expect(location).toBe('/b');
  });
});

describe('a rewrite', () => {
  test.each([
    ['without a status', {}],
    ['with 0', { status: 0 }],
    ['with 200', { status: 200 }],
  ])('apex-up.md 4: is a rule %s', async (_title, status) => {
    const { res, targets } = await ask({ '/a': { location: '/new', force: true, ...status } }, '/a');
    expect([res, targets]).toEqual([ok, ['/new']]);
  });

  test('apex-up.md 4: forced, the app is asked once, and told of the path', async () => {
    const { targets, asked } = await ask(
      { '/a/:x': { location: '/new/:x', force: true } },
      '/a/b%20c?d=1',
      () => missing,
    );
    expect(targets).toEqual(['/new/b%20c?d=1']);
    expect(asked[0]?.originalPath).toBe('/a/b%20c');
  });

  test('apex-up.md 4: unforced, the app is asked as the client asked, and its answer stays', async () => {
    const { res, asked } = await ask({ '/a': { location: '/new' } }, '/a');
    expect([res, asked.length, asked[0]?.originalPath]).toEqual([ok, 1, undefined]);
  });

  test.each([
    200, 204, 304, 400, 401, 403, 405, 410, 500, 503,
  ])('apex-up.md 4: unforced, only a 404 is asked again, not a %s', async (status) => {
    const { res, targets } = await ask({ '/a': { location: '/new' } }, '/a', () => ({ ...ok, status }));
    expect([res.status, targets]).toEqual([status, ['/a']]);
  });

  test('apex-up.md 4: unforced, after a 404 the app is asked for the other path', async () => {
    const { res, targets } = await ask({ '/a': { location: '/new' } }, '/a?b=1', onlyNew);
    expect([res, targets]).toEqual([ok, ['/a?b=1', '/new?b=1']]);
  });

  test('apex-up.md 4, not here: the second answer is text/html before the app says so', async () => {
    const typed: HttpResponse = { ...ok, headers: [['content-type', 'text/css']] };
    const { res } = await ask({ '/a': { location: '/new' } }, '/a', (req) => (isNew(req) ? typed : missing));
    expect(res.headers).toEqual([['content-type', 'text/css']]);
  });

  test('apex-up.md 4 trap: nothing of the 404 is in the second answer', async () => {
    const { res } = await ask({ '/a': { location: '/new' } }, '/a', onlyNew);
    expect(res.headers).toEqual([]);
  });

  test.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
  ])('apex-up.md 4 trap: the second request has the method and the body of the first: %s', async (method) => {
    const body = Buffer.from('milk');
    const { asked } = await ask({ '/a': { location: '/new' } }, request('/a', { method, body }), onlyNew);
    expect(asked.map((req) => [req.method, req.body])).toEqual([
      [method, body],
      [method, body],
    ]);
  });

  test('apex-up.md 4: a single-page app is one rule', async () => {
    const { targets } = await ask({ '/*': { location: '/new', status: 200 } }, '/deep/link', onlyNew);
    expect(targets).toEqual(['/deep/link', '/new']);
  });

  test('is done once, also where its location matches another rule', async () => {
    const rules = { '/a': { location: '/b', force: true }, '/b': { location: '/a', force: true } };
    const { targets } = await ask(rules, '/a', () => missing);
    expect(targets).toEqual(['/b']);
  });

  test('to the path that was asked for does not ask twice', async () => {
    const { res, targets } = await ask({ '/*': { location: '/index.html' } }, '/index.html', () => missing);
    expect([res, targets]).toEqual([missing, ['/index.html']]);
  });

  test('leaves the request of those further out as it was', async () => {
    const req = request('/a');
    const { asked } = await ask({ '/a': { location: '/new', force: true } }, req);
    expect(req).toMatchObject({ target: '/a' });
    expect(asked[0]).not.toBe(req);
    expect(asked[0]?.context).toBe(req.context);
  });

  test('lets go of the first answer when that is a stream', async () => {
    const first = new PassThrough();
    const { res } = await ask({ '/a': { location: '/new' } }, '/a', (req) =>
      isNew(req) ? ok : { ...missing, body: first },
    );
    expect([res, first.destroyed]).toEqual([ok, true]);
  });

  test('keeps no connection to the app, however long its 404 would go on', async () => {
    const app = await httpApp((req, res) => {
      if (req.url === '/new') return void res.end('new');
      // A page that never ends.
      res.writeHead(404).write('missing');
    });
    try {
      const relay = relayTo(app.port);
      const middleware = redirects(parse({ redirects: { '/*': { location: '/new' } } }).config.redirects);
      for (let round = 0; round < 20; round++) {
        const res = await middleware?.(request('/a', { context: { whole: false } }), relay);
        expect(res?.status).toBe(200);
        for await (const _chunk of (res?.body ?? []) as AsyncIterable<unknown>);
      }
      await expect.poll(() => app.connections.size).toBeLessThanOrEqual(1);
    } finally {
      await app.close();
    }
  });
});

test('an event that is no request is left alone', async () => {
  const event = request('/events', { method: 'POST', context: { sender: 'event' } });
  const { res, targets } = await ask({ '/*': { location: 'https://www.example/:splat', status: 301 } }, event);
  expect([res, targets]).toEqual([ok, ['/events']]);
});

describe('the time of a lookup', () => {
  /** The best of many rounds, in microseconds: what the machine does besides only ever adds. */
  function best(run: () => void): number {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 60; round++) {
      const start = process.hrtime.bigint();
      for (let turn = 0; turn < 20; turn++) run();
      least = Math.min(least, Number(process.hrtime.bigint() - start) / 20_000);
    }
    return least;
  }

  const many = (count: number) =>
    compileRules(Array.from({ length: count }, (_, i) => [`/shop-${i}/:name/*`, i] as const));

  test('does not grow with the number of rules', () => {
    const [few, lots] = [many(10), many(10_000)];
    const path = '/shop-7/tea/green/leaves';
    expect(lots.first(path)?.rule).toBe(7);
    expect(best(() => lots.first(path)) / best(() => few.first(path))).toBeLessThan(5);
  });

  test('grows no faster than the path', () => {
    const rules = compileRules([[`/${':a/b/'.repeat(200).replace(/:a/g, (_, at) => `:a${at}`)}*`, 1]]);
    const path = (bytes: number) => '/x/b'.repeat(bytes / 4);
    const [short, long] = [path(1024), path(8192)];
    expect(best(() => rules.first(long)) / best(() => rules.first(short))).toBeLessThan(8 * 5);
  });
});
