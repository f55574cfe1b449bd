/** What was taken off a path: the app does not see it, its client has to ask for it. */
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../http/message.ts';
import { redirects } from '../../../middleware/redirects.ts';
import { toApp } from '../../../proxy/relay/request-headers.ts';
import { parse } from '../../config/parse.ts';
import { request } from '../apps.ts';
import { fieldOf } from './converting.ts';
import { fixture } from './facts/facts.ts';

const none = { queryStringParameters: null, multiValueQueryStringParameters: null };
const api = (rawPath: string) => fixture('http-api-get', { rawPath, rawQueryString: 'a=1' });
const rest = (path: string) => fixture('rest-get', { path, ...none });
const lattice = (path: string) => fixture('lattice-v2-get', { path });

describe('a base path', () => {
  test.each<[title: string, event: unknown, path: string, basePath: string | undefined]>([
    ['is what up.json says', api('/api/x'), '/api', '/api'],
    ['is told where nothing is left', api('/api'), '/api', '/api'],
    ['is none where the path has none', api('/apix'), '/api', undefined],
    ['is none where up.json says none', api('/api/x'), '', undefined],
    ['is not the stage', fixture('http-api-v1-named-stage'), '', undefined],
    ['is taken off of a REST API', rest('/api/x'), '/api', '/api'],
    ['is taken off behind a load balancer', fixture('alb-single-get', { path: '/api/x', ...none }), '/api', '/api'],
    ['is taken off of VPC Lattice', lattice('/api/x?a=1'), '/api', '/api'],
  ])('%s', async (_title, event, path, basePath) => {
    const context = (await fieldOf(event, 'context', { path })) as HttpRequest['context'];
    expect(context.basePath).toBe(basePath);
  });

  test.each<[title: string, basePath: string | undefined, prefixes: string[]]>([
    ['is our word to the app', '/api', ['/api']],
    ['is that of whoever is before us where we take nothing off', undefined, ['/outer', '/folded']],
  ])('%s', (_title, basePath, prefixes) => {
    const headers = [
      ['x-forwarded-prefix', '/outer'],
      ['x_forwarded_prefix', '/folded'],
    ] as const;
    const seen = toApp(request('/x', { headers, context: basePath === undefined ? {} : { basePath } }), 16_000);
    expect(seen.filter(([name]) => /^x.forwarded.prefix$/.test(name)).map(([, value]) => value)).toEqual(prefixes);
  });

  test.each([
    ['/new', '/api/new'],
    ['https://www.example/new', 'https://www.example/new'],
  ])('stands before a redirect to %s: %s', async (location, expected) => {
    const middleware = redirects(parse({ redirects: { '/old': { location, status: 301 } } }).config.redirects);
    const res = await middleware?.(request('/old', { context: { basePath: '/api' } }), async () => {
      throw new Error('the app was asked');
    });
    expect(res?.headers).toContainEqual(['location', expected]);
  });
});
