/** A browser that holds a page with other snippets gets the new one, and one that holds this very page a 304. */
import { describe, expect, test } from 'vitest';
import { getHeader, type Header } from '../../http/headers.ts';
import type { Handler, HttpResponse } from '../../http/message.ts';
import { inject } from '../../middleware/inject.ts';
import { bytesOf, request } from '../proxy/apps.ts';
import { answering } from './pages.ts';

const navigation: Header = ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'];

/** An app that knows its own tag, and answers 304 to whoever names it (RFC 9110 13.1.2). */
function app(body: string, type: string, etag = '"x"'): Handler & { asked: number } {
  const handler = async ({ headers }: Parameters<Handler>[0]): Promise<HttpResponse> => {
    handler.asked++;
    const isHeld = getHeader(headers, 'if-none-match')
      ?.replaceAll('W/', '')
      .split(', ')
      .includes(etag.replace('W/', ''));
    if (isHeld) return { status: 304, headers: [['etag', etag]], body: null };
    return answering(200, body, [
      ['content-type', type],
      ['etag', etag],
    ]);
  };
  handler.asked = 0;
  return handler;
}

const page = (etag?: string) => app('<head></head>', 'text/html; charset=utf-8', etag);

async function ask(value: string, next: Handler, ...fields: readonly Header[]) {
  const middleware = inject({ head: [{ type: 'literal', value }], body: [] });
  if (!middleware) throw new Error('it is not configured');
  const res = await middleware(request('/', { headers: fields }), next);
  return {
    status: res.status,
    etag: getHeader(res.headers, 'etag') ?? '',
    text: res.body === null ? '' : bytesOf(res).toString(),
  };
}

describe.each(['"x"', 'W/"x"'])('a page that the app calls %s', (etag) => {
  test('has a tag of its own for each choice of snippets, weak as its bytes are not the app’s', async () => {
    const tags = await Promise.all(['a', 'b', 'a'].map(async (value) => (await ask(value, page(etag))).etag));
    expect(tags[0]).toMatch(/^W\/"x-[\w-]{8}"$/);
    expect([tags[0] === tags[2], tags[0] === tags[1]]).toEqual([true, false]);
  });

  test('is not sent again to whoever holds it, which its tag says (RFC 9110 15.4.5)', async () => {
    const held = await ask('a', page(etag));
    const next = page(etag);
    const list = `"other", ${held.etag}`;
    expect(await ask('a', next, navigation, ['if-none-match', list])).toEqual({
      status: 304,
      etag: held.etag,
      text: '',
    });
    expect(next.asked).toBe(1);
  });

  test('is asked for by the tag that the app gave it, whatever the condition', async () => {
    const held = await ask('a', page(etag));
    const fields: Header[] = [];
    const next: Handler = async ({ headers }) => {
      fields.push(...headers);
      return answering(200, '', []);
    };
    await ask('a', next, ['if-match', held.etag], ['if-range', held.etag], ['x-own', held.etag]);
    expect(fields).toEqual([
      ['if-match', 'W/"x"'],
      ['if-range', 'W/"x"'],
      ['x-own', held.etag],
    ]);
  });

  test('is sent anew to whoever holds it with other snippets', async () => {
    const held = await ask('a', page(etag));
    const { status, text } = await ask('b', page(etag), navigation, ['if-none-match', held.etag]);
    expect([status, text]).toEqual([200, '<head>  b\n  </head>']);
  });

  test('is sent anew to a browser that holds it from before there were any', async () => {
    const { status, text } = await ask('a', page(etag), navigation, ['if-none-match', etag]);
    expect([status, text]).toEqual([200, '<head>  a\n  </head>']);
  });
});

test('a tag that is empty is one', async () => {
  const { etag } = await ask('a', page('""'));
  expect(etag).toMatch(/^W\/"-[\w-]{8}"$/);
  expect(await ask('a', page('""'), navigation, ['if-none-match', etag])).toEqual({ status: 304, etag, text: '' });
});

describe('what nothing is put into', () => {
  const data = () => app('{}', 'application/json');

  test('keeps its tag, and its 304', async () => {
    expect((await ask('a', data())).etag).toBe('"x"');
    const next = data();
    expect(await ask('a', next, ['accept', '*/*'], ['if-none-match', '"x"'])).toMatchObject({
      status: 304,
      etag: '"x"',
    });
    expect(next.asked).toBe(1);
  });

  test('keeps it when a browser goes there, too', async () => {
    const list: Header = ['if-none-match', 'W/"x"'];
    expect(await ask('a', data(), navigation, list)).toEqual({ status: 304, etag: 'W/"x"', text: '' });
  });

  test.each<[title: string, etag: string, fields: readonly Header[]]>([
    ['nobody has asked for', '"x"', [navigation]],
    ['names no tag', '', [navigation, ['if-none-match', '"x"']]],
  ])('a 304 that %s is left alone', async (_title, etag, fields) => {
    let asked = 0;
    const next: Handler = async () => {
      asked++;
      return { status: 304, headers: etag === '' ? [] : [['etag', etag]], body: null };
    };
    expect(await ask('a', next, ...fields)).toEqual({ status: 304, etag, text: '' });
    expect(asked).toBe(1);
  });
});

/** The names of the conditions in each request for `path` that reaches an app which answers with a 304 to any. */
async function conditionsAt(path: string, ...fields: readonly Header[]): Promise<string[][]> {
  const asked: string[][] = [];
  const middleware = inject({ head: [{ type: 'literal', value: 'a' }], body: [] });
  await middleware?.(request(path, { headers: [navigation, ...fields] }), async ({ headers }) => {
    const names = headers.map(([name]) => name).filter((name) => name.startsWith('if-'));
    asked.push(names);
    if (names.length > 0) return { status: 304, headers: [['etag', '"x"']], body: null };
    return answering(200, '<head></head>', [['content-type', 'text/html']]);
  });
  return asked;
}

describe('a browser that goes to a page', () => {
  const held: Header = ['if-none-match', '"x"'];
  const since: Header = ['if-modified-since', 'Fri, 27 Nov 2026 10:00:00 GMT'];

  test.each([
    '/',
    '/a',
    '/a.b/c',
    '/a.html',
    '/A.HTM',
    '/a.xhtml',
    '/a.htm?b=c.png',
  ])('asks for it anew: %s', async (path) => {
    expect(await conditionsAt(path, held)).toEqual([['if-none-match'], []]);
  });

  test.each([
    '/a.png',
    '/a.css?b=/c',
    '/a.htmlx',
    '/a.html/b.pdf',
  ])('does not where its name is none of a page: %s', async (path) => {
    expect(await conditionsAt(path, held)).toEqual([['if-none-match']]);
  });

  test('names its time only where it names a tag, which the app goes by (RFC 9110 13.2.2)', async () => {
    expect(await conditionsAt('/', held, since)).toEqual([['if-none-match', 'if-modified-since'], []]);
    expect(await conditionsAt('/', since)).toEqual([[]]);
    expect(await conditionsAt('/a.png', since)).toEqual([['if-modified-since']]);
  });
});

describe('a page that the app knows by its time only', () => {
  const since: Header = ['if-modified-since', 'Fri, 27 Nov 2026 10:00:00 GMT'];

  /** It answers 304 to whoever names a time. */
  const next: Handler = async ({ headers }) =>
    getHeader(headers, 'if-modified-since')
      ? { status: 304, headers: [], body: null }
      : answering(200, '<head></head>', [['content-type', 'text/html']]);

  test('is sent anew, because the time says nothing of the snippets', async () => {
    expect(await ask('a', next, navigation, since)).toMatchObject({
      status: 200,
      text: expect.stringContaining('a\n'),
    });
  });

  test('what is no page is not sent again', async () => {
    expect(await ask('a', next, ['accept', 'image/*'], since)).toMatchObject({ status: 304 });
  });
});
