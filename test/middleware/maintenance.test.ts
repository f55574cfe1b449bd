import { describe, expect, test } from 'vitest';
import { getHeader } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { maintenance } from '../../middleware/maintenance.ts';
import { bytesOf, jsonOf, recorder, request } from '../proxy/apps.ts';
import { asking, browser, folder } from './pages.ts';

const variables = { name: 'the shop' };

async function through(req: HttpRequest, page?: string, root = '/nowhere') {
  const { log, records } = recorder();
  let reached = false;
  const middleware = maintenance({ enable: true, page, retry_after: 60 }, { root, variables, log });
  const res = await middleware?.(req, async (): Promise<HttpResponse> => {
    reached = true;
    return { status: 200, headers: [], body: null };
  });
  if (!res) throw new Error('it is not configured');
  return { res, reached, records };
}

test('without `enable` there is none', () => {
  const options = { root: '/nowhere', variables, log: recorder().log };
  expect(maintenance({ enable: false, retry_after: 60 }, options)).toBeNull();
});

describe('everybody is told to come back', () => {
  test.each<[string, string | undefined, string]>([
    ['a browser by a page', 'text/html,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['an API client by JSON', 'application/json', 'application/json; charset=utf-8'],
    ['curl by JSON', '*/*', 'application/json; charset=utf-8'],
    ['who asks for nothing by JSON', undefined, 'application/json; charset=utf-8'],
    ['who takes text only by a line', 'text/plain', 'text/plain; charset=utf-8'],
    ['who takes none of these by JSON', 'image/png', 'application/json; charset=utf-8'],
  ])('%s', async (_title, accept, type) => {
    const { res, reached } = await through(asking(accept));
    expect(reached).toBe(false);
    expect(res).toMatchObject({ status: 503, failure: 'UP_MAINTENANCE' });
    expect(getHeader(res.headers, 'content-type')).toBe(type);
    expect(getHeader(res.headers, 'content-length')).toBe(String(bytesOf(res).length));
    expect(getHeader(res.headers, 'retry-after')).toBe('60');
    expect(getHeader(res.headers, 'cache-control')).toBe('no-store');
    expect(getHeader(res.headers, 'vary')).toBe('accept');
  });

  test('people at a terminal by a line', async () => {
    const { res } = await through(asking('text/plain'));
    expect(bytesOf(res).toString()).toBe('this service is under maintenance\n');
  });

  test('programs by the code of it', async () => {
    const { res } = await through(request('/'));
    expect(jsonOf(res)).toEqual({
      error: 'this service is under maintenance',
      code: 'UP_MAINTENANCE',
      requestId: 'request-1',
    });
  });
});

describe('the page', () => {
  test('is the app’s', async () => {
    const root = folder({ 'pages/later.html': '<p>{{.Variables.name}} is back soon' });
    const { res } = await through(browser, 'pages/later.html', root);
    expect(bytesOf(res).toString()).toBe('<p>the shop is back soon');
    expect(getHeader(res.headers, 'content-security-policy')).toBeUndefined();
  });

  test('is built in where the app has none, and may load nothing', async () => {
    const { res, records } = await through(browser);
    expect(bytesOf(res).toString()).toContain('We will be back shortly');
    expect(getHeader(res.headers, 'content-security-policy')).toMatch(/^default-src 'none';/);
    expect(records).toEqual([]);
  });

  test('is built in when the app’s is missing, which the log says', async () => {
    const { res, records } = await through(browser, 'later.html', folder());
    expect(bytesOf(res).toString()).toContain('We will be back shortly');
    expect(records).toMatchObject([{ level: 'warn', fields: { file: 'later.html', reason: 'ENOENT' } }]);
  });
});

test('the probe of a deploy reaches the app', async () => {
  expect(await through(request('/', { context: { sender: 'probe' } }))).toMatchObject({ reached: true });
});

test('an event does not: its source tries again', async () => {
  const { res, reached } = await through(request('/events', { context: { sender: 'event' } }));
  expect({ reached, failure: res.failure }).toEqual({ reached: false, failure: 'UP_MAINTENANCE' });
});
