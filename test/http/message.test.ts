import { describe, expect, test } from 'vitest';
import { errorResponse, HttpError } from '../../http/error.ts';
import { compose, type Handler, type Middleware, pathOf, queryOf } from '../../http/message.ts';
import { bytesOf, jsonOf, request } from '../proxy/apps.ts';

const ok: Handler = async (req) => ({ status: 200, headers: [], body: Buffer.from(req.target) });

function mark(name: string, seen: string[]): Middleware {
  return async (req, next) => {
    seen.push(`${name} in`);
    const res = await next(req);
    seen.push(`${name} out`);
    return res;
  };
}

describe('compose', () => {
  test('runs the first middleware outermost', async () => {
    const seen: string[] = [];
    await compose([mark('a', seen), mark('b', seen)], ok)(request('/'));
    expect(seen).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  test('without middleware gives the handler itself', () => expect(compose([], ok)).toBe(ok));

  test('lets a middleware call what follows twice, with another target', async () => {
    const twice: Middleware = async (req, next) => {
      await next(req);
      return next({ ...req, target: '/200.html' });
    };
    const res = await compose([twice], ok)(request('/lost'));
    expect(bytesOf(res).toString()).toBe('/200.html');
  });

  test('lets a middleware answer by itself', async () => {
    const gate: Middleware = async () => ({ status: 401, headers: [], body: null });
    const never: Handler = () => Promise.reject(new Error('reached'));
    expect((await compose([gate], never)(request('/'))).status).toBe(401);
  });
});

describe('a target', () => {
  test.each([
    ['/', '/', ''],
    ['/a?b=c', '/a', 'b=c'],
    ['/a?', '/a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['//evil.example/x?y', '//evil.example/x', 'y'],
  ])('%s has the path %s and the query %j', (target, path, query) => {
    expect(pathOf(target)).toBe(path);
    expect(queryOf(target)).toBe(query);
  });
});

describe('the answer to an error', () => {
  const error = new HttpError(503, 'UP_APP_STARTING', 'the app is still starting', { secret: 'hunter2' }, [
    ['retry-after', '1'],
  ]);
  const res = errorResponse(error, 'id-1');

  test('is the JSON of the contract and nothing else', () => {
    expect(jsonOf(res)).toEqual({ error: 'the app is still starting', code: 'UP_APP_STARTING', requestId: 'id-1' });
  });

  test('is never cached, says its type and length, and carries the headers of the error', () => {
    expect(res.headers).toEqual([
      ['content-type', 'application/json; charset=utf-8'],
      ['content-length', String(bytesOf(res).length)],
      ['cache-control', 'no-store'],
      ['retry-after', '1'],
    ]);
  });
});
