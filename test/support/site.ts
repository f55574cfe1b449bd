/** A site without an app, and what it answers wherever it is served. */
import { expect } from 'vitest';
import { send, valuesOf } from './http.ts';

export const site = {
  'public/index.html': '<h1>Home</h1>\n',
  'public/about.html': '<h1>About</h1>\n',
  'public/docs/index.html': '<h1>Docs</h1>\n',
  'public/app.3f2a9c1b.js': 'console.log(1);\n',
  'public/film.mp4': Buffer.alloc(3 * 1024 * 1024, 'film'),
  'public/.secret': 'secret',
  'up.json': '{"type": "static", "static": {"dir": "public"}}',
  'secret.txt': 'secret',
};

export async function checkSite(url: string): Promise<void> {
  expect(await send(url)).toMatchObject({ status: 200, text: '<h1>Home</h1>\n' });
  expect(await send(url, { path: '/about' })).toMatchObject({ status: 200, text: '<h1>About</h1>\n' });
  const moved = await send(url, { path: '/docs?a=1' });
  expect([moved.status, valuesOf(moved.headers, 'location')]).toEqual([301, ['./docs/?a=1']]);
  const asset = await send(url, { path: '/app.3f2a9c1b.js' });
  expect(valuesOf(asset.headers, 'cache-control')).toEqual(['public, max-age=31536000, immutable']);
  const [etag = ''] = valuesOf(asset.headers, 'etag');
  const again = await send(url, { path: '/app.3f2a9c1b.js', headers: [['if-none-match', etag]] });
  expect([again.status, again.text]).toEqual([304, '']);
  const part = await send(url, { path: '/film.mp4', headers: [['range', 'bytes=4-7']] });
  expect([part.status, part.text, valuesOf(part.headers, 'content-range')]).toEqual([
    206,
    'film',
    ['bytes 4-7/3145728'],
  ]);
  const film = await send(url, { path: '/film.mp4' });
  expect(film.body.equals(site['public/film.mp4'])).toBe(true);
  for (const path of [
    '/.secret',
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/up.json',
    '/_up/config.json',
  ])
    expect(await send(url, { path })).toMatchObject({ status: 404, text: expect.not.stringContaining('secret"') });
  expect(await send(url, { path: '/%ff' })).toMatchObject({ status: 400 });
  expect(await send(url, { method: 'POST' })).toMatchObject({ status: 405 });
}
