/**
 * `static`: files as a web server gives them: pages, ranges, conditions, and what never leaves the package. One file,
 * because all of it is asked of one site.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpResponse } from '../../http/message.ts';
import { isHashed } from '../../middleware/static/caching.ts';
import { readRange } from '../../middleware/static/ranges.ts';
import { typeOf } from '../../middleware/static/types.ts';
import { staticFiles } from '../../middleware/static.ts';
import { type Asked, beside, type Files, folder, serve, serveFolder, site } from './static-site.ts';

const pages: Files = {
  'index.html': 'home',
  'about.html': 'about',
  'style.css': 'body {}',
  LICENSE: 'free',
  'docs/index.html': 'docs',
  'docs/guide.html': 'guide',
  'empty/note.txt': 'no index here',
  'both.html': 'the page',
  'both/index.html': 'the folder',
  'with space/ü.html': 'umlaut',
  '404.html': 'sorry',
};

test('apex-up.md 2: static is off without a folder', () => {
  expect(staticFiles(null, '/nowhere')).toBeNull();
});

describe('what apex/up did', () => {
  type Row = [title: string, target: string, status: number, expected: { text?: string; location?: string }];

  test.each<Row>([
    ['apex-up.md 4: index.html for a folder', '/', 200, { text: 'home' }],
    ['apex-up.md 4: index.html for a folder further down', '/docs/', 200, { text: 'docs' }],
    ['apex-up.md 4: /index.html goes to ./', '/index.html', 301, { location: './' }],
    ['apex-up.md 4: index.html of a folder goes to ./', '/docs/index.html?a=1', 301, { location: './?a=1' }],
    ['apex-up.md 4: a folder gets its slash', '/docs?a=1', 301, { location: './docs/?a=1' }],
    ['apex-up.md 4: a file loses its slash', '/style.css/', 301, { location: '../style.css' }],
    ['apex-up.md 4: 404 for what is not there', '/nothing', 404, {}],
    ['apex-up.md 4: no directory listing, unlike apex/up', '/empty/', 404, {}],
  ])('%s', async (_title, target, status, { text, location }) => {
    const seen = await serve(pages).ask(target);
    expect(seen.status).toBe(status);
    if (text !== undefined) expect(seen.text).toBe(text);
    expect(seen.field('location')).toBe(location);
  });

  test('apex-up.md 4: Range', async () => {
    const seen = await serve(pages).ask('/style.css', { fields: { range: 'bytes=0-3' } });
    expect([seen.status, seen.text, seen.field('content-range')]).toEqual([206, 'body', 'bytes 0-3/7']);
  });

  test('apex-up.md 4: an ETag instead of Last-Modified', async () => {
    const seen = await serve(pages).ask('/style.css');
    expect(seen.field('etag')).toMatch(/^"[\w-]{22}"$/);
    expect(seen.field('last-modified')).toBeUndefined();
  });

  test.each<[string, Partial<typeof beside>, string, string]>([
    ['apex-up.md 4: a file is served before the app is asked', {}, '/style.css', 'body {}'],
    ['apex-up.md 4: what is no file goes on to the app', {}, '/nothing', 'the app'],
    ['apex-up.md 4: no index.html beside an app', {}, '/docs/', 'the app'],
    ['apex-up.md 4: nor at the root', {}, '/', 'the app'],
    ['apex-up.md 4: nor a page without its .html', {}, '/about', 'the app'],
    ['apex-up.md 4: but index.html by its name', {}, '/index.html', 'home'],
    ['apex-up.md 4: the prefix is taken off', { prefix: '/assets' }, '/assets/style.css', 'body {}'],
    ['apex-up.md 4: the prefix must match', { prefix: '/assets' }, '/style.css', 'the app'],
    ['apex-up.md 4: as whole segments', { prefix: '/assets' }, '/assetsstyle.css', 'the app'],
    ['apex-up.md 4: the prefix alone is the app’s', { prefix: '/assets' }, '/assets', 'the app'],
    ['apex-up.md 4: the prefix is normalised', { prefix: 'assets/' }, '/assets/style.css', 'body {}'],
    ['apex-up.md 4: a file taken for a folder is no crash', {}, '/style.css/x', 'the app'],
  ])('%s', async (_title, config, target, text) => {
    const files = Object.fromEntries(Object.entries(pages).map(([path, content]) => [`public/${path}`, content]));
    expect((await serve(files, { ...beside, ...config }).ask(target)).text).toBe(text);
  });
});

describe('the pages of a site', () => {
  type Row = [title: string, target: string, status: number, textOrLocation: string];

  test.each<Row>([
    ['need no .html', '/about', 200, 'about'],
    ['have it if one likes', '/about.html', 200, 'about'],
    ['lose the slash of a folder', '/about/', 301, '../about'],
    ['win over a folder of that name', '/both', 200, 'the page'],
    ['leave that folder its slash', '/both/', 200, 'the folder'],
    ['may have any name', '/with%20space/%C3%BC', 200, 'umlaut'],
    ['are found by the canonical path', '//docs/./x/..//guide', 200, 'guide'],
  ])('%s', async (_title, target, status, expected) => {
    const seen = await serve(pages).ask(target);
    expect([seen.status, seen.field('location') ?? seen.text]).toEqual([status, expected]);
  });

  test('case counts', async () => {
    expect((await serve(pages).ask('/About.html')).status).toBe(404);
  });

  test('below a prefix begin with a slash', async () => {
    const { ask } = serve(pages, { prefix: '/my site' });
    expect((await ask('/my%20site')).field('location')).toBe('./my%20site/');
    expect((await ask('/my%20site/')).text).toBe('home');
    expect((await ask('/')).status).toBe(404);
  });

  test('a redirect leads to no other host', async () => {
    const { ask } = serve({ 'evil.example/index.html': 'x', 'javascript:x/index.html': 'x' });
    expect((await ask('//evil.example')).field('location')).toBe('./evil.example/');
    expect((await ask('/javascript:x')).field('location')).toBe('./javascript%3Ax/');
  });

  test('are read only', async () => {
    const { ask } = serve(pages);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const seen = await ask('/', { method });
      expect([seen.status, seen.field('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  test('have no content for HEAD, and its length', async () => {
    const seen = await serve(pages).ask('/style.css', { method: 'HEAD', fields: { range: 'bytes=0-1' } });
    expect([seen.status, seen.text, seen.field('content-length')]).toEqual([200, '', '7']);
  });

  test.each([
    '/%00',
    '/a%00.html',
    '/%ff',
    '/%',
  ])('400 for %s, which the app gets where there is one', async (target) => {
    expect((await serve(pages).ask(target)).status).toBe(400);
    expect((await serve(pages, beside).ask(target)).text).toBe('the app');
  });

  test('apex-up.md 4, not here: a 404 is a line of text; it says why, and is not kept', async () => {
    const seen = await serve(pages).ask('/nothing');
    expect(JSON.parse(seen.text)).toMatchObject({ code: 'UP_STATIC_NOT_FOUND', requestId: 'request-1' });
    expect(seen.field('cache-control')).toBe('no-store');
    expect(seen.res.failure).toBe('UP_STATIC_NOT_FOUND');
  });
});

test('only GET and HEAD are not the app’s', async () => {
  const { ask } = serve({ 'public/a.txt': 'a' }, beside);
  expect((await ask('/a.txt', { method: 'POST' })).text).toBe('the app');
});

describe('the fallback', () => {
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const { dir: _dir, ...rest } = beside;

  test.each<[string, string, Asked, string | number]>([
    ['answers a browser that goes to a page', '/users/7', { fields: html }, 'home'],
    ['also for HEAD', '/users/7', { fields: html, method: 'HEAD' }, ''],
    ['not what has an extension', '/users/7.json', { fields: html }, 404],
    ['not a script that takes anything', '/users/7', { fields: { accept: '*/*' } }, 404],
    ['not who says nothing', '/users/7', {}, 404],
    ['not who refuses HTML', '/users/7', { fields: { accept: 'text/html;q=0' } }, 404],
    ['not a file that is there', '/style.css', { fields: html }, 'body {}'],
    ['not a method that changes things', '/users/7', { fields: html, method: 'POST' }, 405],
  ])('%s', async (_title, target, asked, expected) => {
    const seen = await serve(pages, { fallback: 'index.html' }).ask(target, asked);
    expect(typeof expected === 'number' ? seen.status : seen.text).toBe(expected);
  });

  test('says that the answer depends on Accept', async () => {
    const seen = await serve(pages, { fallback: 'index.html' }).ask('/users/7', { fields: html });
    expect(seen.field('vary')).toBe('accept');
    expect(seen.field('content-type')).toBe('text/html; charset=utf-8');
  });

  test('leaves the rest to the app', async () => {
    const files = { 'index.html': 'home' };
    const { ask } = serve(files, { ...rest, dir: '.', fallback: 'index.html', prefix: '/admin' });
    expect((await ask('/admin/users', { fields: html })).text).toBe('home');
    expect((await ask('/admin/users')).text).toBe('the app');
    expect((await ask('/users', { fields: html })).text).toBe('the app');
  });

  test('that is not there is not found', async () => {
    expect((await serve({}, { fallback: 'index.html' }).ask('/', { fields: html })).status).toBe(404);
  });
});

describe('conditional requests', () => {
  async function tagged() {
    const served = serve(pages);
    return { ...served, etag: (await served.ask('/style.css')).field('etag') ?? '' };
  }

  test.each<[string, (etag: string) => Record<string, string>, number]>([
    ['If-None-Match of the same', (etag) => ({ 'if-none-match': etag }), 304],
    ['made weak by compression', (etag) => ({ 'if-none-match': `W/${etag}` }), 304],
    ['in a list', (etag) => ({ 'if-none-match': `"a", ${etag}` }), 304],
    ['of anything', () => ({ 'if-none-match': '*' }), 304],
    ['of another', () => ({ 'if-none-match': '"a"' }), 200],
    ['of nonsense', () => ({ 'if-none-match': 'a' }), 200],
    ['If-Match of the same', (etag) => ({ 'if-match': etag }), 200],
    ['If-Match of anything', () => ({ 'if-match': '*' }), 200],
    ['If-Match of another', () => ({ 'if-match': '"a"' }), 412],
    ['If-Match of a weak one', (etag) => ({ 'if-match': `W/${etag}` }), 412],
    ['If-Match before If-None-Match', (etag) => ({ 'if-match': '"a"', 'if-none-match': etag }), 412],
    ['If-None-Match before a range', (etag) => ({ 'if-none-match': etag, range: 'bytes=0-1' }), 304],
    [
      'apex-up.md 4, not here: If-Modified-Since, which no date answers',
      () => ({ 'if-modified-since': new Date().toUTCString() }),
      200,
    ],
    ['If-Range of the same', (etag) => ({ 'if-range': etag, range: 'bytes=0-1' }), 206],
    ['If-Range of another', () => ({ 'if-range': '"a"', range: 'bytes=0-1' }), 200],
    ['If-Range of a date', () => ({ 'if-range': new Date().toUTCString(), range: 'bytes=0-1' }), 200],
    ['If-Range of another ignores a bad range', () => ({ 'if-range': '"a"', range: 'bytes=99-' }), 200],
  ])('%s', async (_title, fields, status) => {
    const { ask, etag } = await tagged();
    expect((await ask('/style.css', { fields: fields(etag) })).status).toBe(status);
  });

  test.each([
    ['412', { 'if-match': '"a"' }],
    ['416', { range: 'bytes=99999-' }],
  ])('a %s is for nobody to keep, whatever up.json says of the file', async (_status, fields) => {
    const { ask } = await tagged();
    const { res, field } = await ask('/style.css', { fields });
    expect([field('cache-control'), res.defaults]).toEqual(['no-store', undefined]);
  });

  test('304 keeps what a cache goes by and nothing of the content', async () => {
    const { ask, etag } = await tagged();
    const { res } = await ask('/style.css', { fields: { 'if-none-match': etag } });
    expect(res.body).toBeNull();
    expect(res.headers.map(([name]) => name)).toEqual(['etag', 'cache-control', 'x-content-type-options']);
  });

  test('the ETag is that of the content: the same for the same bytes, another when they change', async () => {
    const { ask, dir, etag } = await tagged();
    writeFileSync(join(dir, 'copy.css'), 'body {}');
    expect((await ask('/copy.css')).field('etag')).toBe(etag);
    utimesSync(join(dir, 'style.css'), 0, 0);
    expect((await ask('/style.css')).field('etag')).toBe(etag);
    writeFileSync(join(dir, 'style.css'), 'p    {}');
    utimesSync(join(dir, 'style.css'), 0, 0);
    expect((await ask('/style.css')).field('etag')).not.toBe(etag);
  });
});

describe('a range of ten bytes', () => {
  test.each<[string, string | undefined, ReturnType<typeof readRange>]>([
    ['none', undefined, null],
    ['from the start', 'bytes=0-4', { first: 0, last: 4 }],
    ['open', 'bytes=4-', { first: 4, last: 9 }],
    ['beyond the end', 'bytes=4-100', { first: 4, last: 9 }],
    ['the last three', 'bytes=-3', { first: 7, last: 9 }],
    ['the last hundred', 'bytes=-100', { first: 0, last: 9 }],
    ['one byte', 'bytes=9-9', { first: 9, last: 9 }],
    ['with spaces and capitals', 'BYTES = 0 - 1', { first: 0, last: 1 }],
    ['after the end', 'bytes=10-', 'unsatisfiable'],
    ['the last none', 'bytes=-0', 'unsatisfiable'],
    ['backwards', 'bytes=4-2', null],
    ['no numbers', 'bytes=a-b', null],
    ['no ends', 'bytes=-', null],
    ['another unit', 'lines=1-2', null],
    ['several', 'bytes=0-1,3-4', null],
    ['overlapping', 'bytes=0-5,3-9', null],
    ['a thousand', `bytes=${Array.from({ length: 1_000 }, (_, i) => `${i}-${i}`).join(',')}`, null],
    ['a number without end', `bytes=${'9'.repeat(400)}-`, null],
  ])('%s', (_title, field, expected) => {
    expect(readRange(field, 10)).toEqual(expected);
  });

  test('beyond it is 416 with the length', async () => {
    const seen = await serve({ 'ten.txt': '0123456789' }).ask('/ten.txt', { fields: { range: 'bytes=10-' } });
    expect([seen.status, seen.field('content-range')]).toEqual([416, 'bytes */10']);
  });

  test('of an empty file is 416, and the file itself is nothing', async () => {
    const { ask } = serve({ 'none.txt': '' });
    expect((await ask('/none.txt', { fields: { range: 'bytes=0-' } })).status).toBe(416);
    const seen = await ask('/none.txt');
    expect([seen.status, seen.text, seen.field('content-length')]).toEqual([200, '', '0']);
  });
});

describe('files compressed beforehand', () => {
  const files: Files = {
    'app.js': 'plain',
    'app.js.br': 'brotli',
    'app.js.gz': 'gzip',
    'app.js.zst': 'zstd',
    'index.html': 'page',
    'index.html.gz': 'packed page',
    'alone.js': 'alone',
  };

  test('are sent with the type of the file, their coding, and an ETag of their own', async () => {
    const { ask } = serve(files);
    const [plain, packed] = [await ask('/app.js'), await ask('/app.js', { fields: { 'accept-encoding': 'gzip' } })];
    expect([packed.text, packed.field('content-encoding'), packed.field('content-type')]).toEqual([
      'gzip',
      'gzip',
      'text/javascript; charset=utf-8',
    ]);
    expect([plain.text, plain.field('content-encoding')]).toEqual(['plain', undefined]);
    expect(packed.field('etag')).not.toBe(plain.field('etag'));
    expect([plain.field('vary'), packed.field('vary')]).toEqual(['accept-encoding', 'accept-encoding']);
  });

  test('work for pages too', async () => {
    expect((await serve(files).ask('/', { fields: { 'accept-encoding': 'gzip' } })).text).toBe('packed page');
  });

  test('a file without them varies with nothing', async () => {
    const seen = await serve(files).ask('/alone.js', { fields: { 'accept-encoding': 'br' } });
    expect([seen.text, seen.field('vary')]).toEqual(['alone', undefined]);
  });

  test('a link that leads out does not count as one', async () => {
    const secret = folder({ 'secret.br': 'secret' });
    const { ask } = serve({ 'a.js': 'plain', 'a.js.br': `-> ${join(secret, 'secret.br')}` });
    expect((await ask('/a.js', { fields: { 'accept-encoding': 'br' } })).text).toBe('plain');
  });
});

describe('a name with a hash', () => {
  test.each([
    'app.3f2a9c1b.js',
    'main.8d1e3b0a7c6f5e4d3c2b.chunk-3f2a9c1b.css',
    'index-BxY3kQ_z.js',
    'assets/logo-ABCD2345.svg',
    'app.3f2a9c1b.js.map',
    'font-a1B2c3D4e5.woff2',
  ])('is kept for ever: %s', (name) => {
    expect(isHashed(`/${name}`)).toBe(true);
  });

  test.each([
    'app.js',
    'jquery-complete.js',
    'report-20240101.pdf',
    'logo-1920x1080.png',
    'photo-iPhone15.jpg',
    'IMG_20240101_123456.jpg',
    'README-INSTALLATION.md',
    'page.3f2a9c1b.html',
    'jquery-3.7.1.min.js',
    'bootstrap.bundle.js',
    '3f2a9c1b/app.js',
    '3f2a9c1b.js',
    'app.3f2a9c.js',
  ])('is not one: %s', (name) => {
    expect(isHashed(`/${name}`)).toBe(false);
  });

  test('says so, and any other is asked about again', async () => {
    const { ask } = serve({ 'app.3f2a9c1b.js': '1', 'app.js': '2' });
    expect((await ask('/app.3f2a9c1b.js')).field('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await ask('/app.js')).field('cache-control')).toBe('public, max-age=0, must-revalidate');
  });
});

describe('the type', () => {
  test.each([
    ['/a.html', 'text/html; charset=utf-8'],
    ['/a.JS', 'text/javascript; charset=utf-8'],
    ['/a.mjs', 'text/javascript; charset=utf-8'],
    ['/a.json', 'application/json; charset=utf-8'],
    ['/a.svg', 'image/svg+xml; charset=utf-8'],
    ['/a.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['/a.woff2', 'font/woff2'],
    ['/a.wasm', 'application/wasm'],
    ['/LICENSE', 'application/octet-stream'],
    ['/a.unknown', 'application/octet-stream'],
    ['/a.constructor', 'application/octet-stream'],
    ['/a.b/c', 'application/octet-stream'],
  ])('of %s', (path, type) => {
    expect(typeOf(path)).toBe(type);
  });

  test('is not guessed from the bytes', async () => {
    const seen = await serve({ 'a.unknown': '<script>' }).ask('/a.unknown');
    expect(seen.field('x-content-type-options')).toBe('nosniff');
  });
});

describe('apex-up.md 4, not here: the whole package is served, secrets too; never', () => {
  const secret = 'secret';
  const hidden: Files = {
    'index.html': 'home',
    'up.json': secret,
    'package.json': secret,
    'package-lock.json': secret,
    _redirects: secret,
    _headers: secret,
    '_up/config.json': secret,
    'node_modules/a/index.js': secret,
    '.env': secret,
    '.git/config': secret,
    'docs/.htpasswd': secret,
    '.well-known/.hidden': secret,
    'link-to-env': '-> .env',
    'link-to-config': '-> _up/config.json',
    'folder-link': '-> _up',
    loop: '-> loop',
    dangling: '-> nowhere',
  };

  const paths = [...Object.keys(hidden).filter((path) => path !== 'index.html'), 'folder-link/config.json'];

  test.each([...paths, 'UP.JSON', '_UP/config.json'])('%s', async (path) => {
    const { ask } = serve(hidden);
    for (const target of [`/${path}`, `/${path.replaceAll('.', '%2e')}`, `//x/../${path}`]) {
      const seen = await ask(target);
      expect([seen.status, seen.text.includes(secret)]).toEqual([404, false]);
    }
  });

  test('_redirects and _headers of the folder beside an app', async () => {
    const { ask } = serve(
      { 'public/_redirects': secret, 'public/_headers': secret, 'public/package.json': 'mine' },
      beside,
    );
    expect((await ask('/_redirects')).text).toBe('the app');
    expect((await ask('/_headers')).text).toBe('the app');
    expect((await ask('/package.json')).text).toBe('mine');
  });

  test('.well-known is', async () => {
    const { ask } = serve({ '.well-known/security.txt': 'mail us' });
    expect((await ask('/.well-known/security.txt')).text).toBe('mail us');
  });

  test('what a link leads to outside of the folder, also beside an app', async () => {
    const outside = folder({ 'canary.txt': secret });
    const dir = folder({
      'own.txt': secret,
      'public/out.txt': `-> ${join(outside, 'canary.txt')}`,
      'public/up.txt': '-> ../own.txt',
      'public/folder': `-> ${outside}`,
      'public/inside.txt': '-> real.txt',
      'public/real.txt': 'real',
    });
    const { ask } = serveFolder(dir, { ...site, dir: 'public' });
    for (const path of ['/out.txt', '/up.txt', '/folder/canary.txt']) expect((await ask(path)).status).toBe(404);
    expect((await ask('/inside.txt')).text).toBe('real');
  });

  test('a folder that is a link out of the app', async () => {
    const dir = folder({ public: `-> ${folder({ 'canary.txt': secret })}` });
    expect((await serveFolder(dir, { ...site, dir: 'public' }).ask('/canary.txt')).status).toBe(404);
  });

  test.each([
    '/',
    '/public',
    '/x',
  ])('apex-up.md 2, not here: a folder that is a file is an error; it has no files: %s', async (target) => {
    expect((await serve({ public: 'x' }, { dir: 'public' }).ask(target)).status).toBe(404);
  });

  test('apex-up.md 2: a folder that does not exist is taken, and has no files', async () => {
    expect((await serve({}, { dir: 'public' }).ask('/')).status).toBe(404);
  });
});

describe('nothing hangs and nothing crashes', () => {
  test('on a pipe, a socket or a folder', async () => {
    const { ask, dir } = serve({ 'folder.txt/x': '' });
    execFileSync('mkfifo', [join(dir, 'pipe.txt')]);
    const socket = createServer().listen(join(dir, 'socket.txt'));
    onTestFinished(() => void socket.close());
    for (const path of ['/pipe.txt', '/socket.txt', '/folder.txt', '/pipe']) expect((await ask(path)).status).toBe(404);
  });

  test('on a name that is too long, or a file taken for a folder', async () => {
    const { ask } = serve(pages);
    for (const path of [`/${'a'.repeat(300)}`, `/${'a/'.repeat(5_000)}`, '/style.css/x', '/style.css/x/'])
      expect((await ask(path)).status).toBe(404);
  });

  test.runIf(process.getuid?.() !== 0)('on a file that may not be read', async () => {
    const { ask, dir } = serve(pages);
    chmodSync(join(dir, 'style.css'), 0);
    expect((await ask('/style.css')).status).toBe(404);
  });

  test('on a file that becomes shorter while it is sent', async () => {
    const dir = folder({ 'film.mp4': Buffer.alloc(8 * 1024 * 1024) });
    const res = await raw(dir, '/film.mp4');
    truncateSync(join(dir, 'film.mp4'), 1024 * 1024);
    await expect(drain(res)).rejects.toThrow('shorter');
  });

  test('on a file that is replaced while it is sent: the old one goes out', async () => {
    const dir = folder({ 'film.mp4': Buffer.alloc(2 * 1024 * 1024, 1), 'new.mp4': Buffer.alloc(10, 2) });
    const res = await raw(dir, '/film.mp4');
    renameSync(join(dir, 'new.mp4'), join(dir, 'film.mp4'));
    rmSync(join(dir, 'film.mp4'));
    expect(await drain(res)).toBe(2 * 1024 * 1024);
  });

  test('no descriptor stays open, whatever is asked', async () => {
    const dir = folder({
      ...pages,
      'film.mp4': Buffer.alloc(2 * 1024 * 1024),
      'style.css.gz': 'packed',
      'style.css.br': 'packed',
    });
    const { ask } = serveFolder(dir, { ...site, fallback: 'index.html' });
    const etag = (await ask('/style.css')).field('etag') ?? '';
    const before = openHere(dir);
    for (const path of [
      '/',
      '/style.css',
      '/style.css/',
      '/docs',
      '/docs/index.html',
      '/nothing',
      '/film.mp4',
      '/both',
    ]) {
      for (const fields of [
        {},
        { 'accept-encoding': 'gzip' },
        { 'if-none-match': etag },
        { 'if-match': '"a"' },
        { range: 'bytes=0-1' },
        { range: 'bytes=99999999-' },
        { accept: 'text/html' },
      ])
        for (const method of ['GET', 'HEAD']) await ask(path, { fields, method });
    }
    const aborted = (await raw(dir, '/film.mp4')).body as Readable;
    const closed = new Promise((resolve) => aborted.once('close', resolve));
    aborted.destroy();
    await closed;
    expect(openHere(dir)).toEqual(before);
  });

  /** Of this process, on files of the folder. */
  function openHere(dir: string): string[] {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const file = execFileSync('readlink', [`/proc/${process.pid}/fd/${fd}`], { encoding: 'utf8' }).trim();
        return file.startsWith(dir) ? [file] : [];
      } catch {
        return [];
      }
    });
  }
});

describe('a large file', () => {
  const size = 3 * 1024 * 1024;

  test('is streamed, in part too', async () => {
    const { ask } = serve({ 'film.mp4': Buffer.alloc(size, 'ab') });
    const seen = await ask('/film.mp4', { whole: false });
    expect(seen.res.body).toHaveProperty('pipe');
    expect([seen.text.length, seen.field('content-length')]).toEqual([size, String(size)]);
    const part = await ask('/film.mp4', { fields: { range: `bytes=1-${size - 2}` } });
    expect([part.status, part.text.length, part.text.slice(0, 3)]).toEqual([206, size - 2, 'bab']);
  });

  test('that fits no result is refused before it is in memory', async () => {
    const dir = folder({ 'huge.bin': '' });
    truncateSync(join(dir, 'huge.bin'), 40 * 1024 * 1024);
    const { ask } = serveFolder(dir, site);
    expect((await ask('/huge.bin')).status).toBe(413);
    expect((await ask('/huge.bin', { method: 'HEAD' })).status).toBe(413);
    expect((await ask('/huge.bin', { whole: false, fields: { range: 'bytes=0-9' } })).status).toBe(206);
  });
});

test('whatever the encoding, a file outside of the folder is never served', async () => {
  const canary = 'canary-outside-of-the-folder';
  const dir = folder({ 'canary.txt': canary, 'public/in.txt': 'in', 'public/deep/in.txt': 'in' });
  const sites = [serveFolder(dir, { ...site, dir: 'public' }), serveFolder(dir, { ...beside, prefix: '/p' })];
  const piece = fc.constantFrom(
    ...['..', '.', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '%c0%ae%c0%ae', '%uff0e', '..;', '..%00', '.. ', '...'],
    ...['/', '//', '\\', '%2f', '%5c', '%252f', '%255c', '%c0%af', ';', '%00', '%20', '?', '#', '%', '%zz'],
    ...[
      'canary.txt',
      'canary',
      'public',
      'deep',
      'p',
      'in.txt',
      'CANARY.TXT',
      '%63anary.txt',
      'proc/self/cwd',
      'etc/passwd',
    ],
  );
  const target = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  await fc.assert(
    fc.asyncProperty(target, async (path) => {
      for (const { ask } of sites) {
        const { text, status } = await ask(path);
        expect(text).not.toMatch(/canary-outside|root:/);
        expect([200, 301, 400, 404]).toContain(status);
      }
    }),
    { numRuns: 2_000 },
  );
}, 60_000);

/** The answer with its body unread. */
function raw(dir: string, target: string): Promise<HttpResponse> {
  const middleware = staticFiles(site, dir);
  if (middleware === null) throw new Error('nothing is served');
  return middleware(
    {
      method: 'GET',
      target,
      headers: [],
      body: null,
      context: {
        requestId: 'request-1',
        clientIp: '',
        stage: 'staging',
        deadline: Date.now() + 10_000,
        cold: false,
        platform: null,
        scheme: 'https',
        whole: false,
      },
    },
    () => Promise.reject(new Error('there is no app')),
  );
}

async function drain({ body }: HttpResponse): Promise<number> {
  let size = 0;
  for await (const chunk of body as Readable) size += chunk.length;
  return size;
}
