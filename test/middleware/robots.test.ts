import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { getHeader } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { stack } from '../../middleware/stack.ts';
import { parse } from '../config/parse.ts';
import { request } from '../proxy/apps.ts';
import { silent } from '../proxy/wire.ts';
import { folder } from './static-site.ts';

/** The two fields of an answer, behind all of the middleware of a stage. */
async function fieldsOf(config: object, stage: string, target = '/', app: HttpResponse['headers'] = []) {
  const features = resolveStage(parse(config).config, stage);
  const dir = folder({ 'public/a.txt': 'a' });
  const handler = await stack({ log: silent, features, dir }, async () => ({ status: 200, headers: app, body: null }));
  const { headers } = await handler(request(target));
  return [getHeader(headers, 'x-robots-tag'), getHeader(headers, 'x-powered-by')];
}

describe('X-Robots-Tag', () => {
  test.each([
    ['staging', 'none'],
    ['development', 'none'],
    ['production', undefined],
  ])('apex-up.md 4: in %s is %s', async (stage, expected) => {
    expect((await fieldsOf({}, stage))[0]).toBe(expected);
  });

  test('apex-up.md 4, not here: redirects and static files have none', async () => {
    const config = { redirects: { '/old': { location: '/new', status: 301 } }, static: { dir: 'public' } };
    expect((await fieldsOf(config, 'staging', '/old'))[0]).toBe('none');
    expect((await fieldsOf(config, 'staging', '/a.txt'))[0]).toBe('none');
  });

  test('apex-up.md 4: of the app stays', async () => {
    expect((await fieldsOf({}, 'staging', '/', [['x-robots-tag', 'noindex']]))[0]).toBe('noindex');
  });
});

test('apex-up.md 4, not here: X-Powered-By is always there; it is where it is wished for', async () => {
  expect((await fieldsOf({}, 'staging'))[1]).toBeUndefined();
  expect((await fieldsOf({ powered_by: true }, 'staging'))[1]).toBe('up');
});
