/**
 * `compress`: what is compressed, in which coding, and all that stays as it is. One file, because each coding goes
 * through the same cases.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { readBody } from '../../http/body.ts';
import { codings } from '../../http/coding.ts';
import { getHeader, type Header, type Headers } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { compress } from '../../middleware/compress.ts';
import { compressed } from '../../proxy/events/compressed.ts';
import { parse } from '../config/parse.ts';
import { request, until } from '../proxy/apps.ts';
import { decode } from '../support/decode.ts';

const tea = 'green tea, '.repeat(200);
const html: Header = ['content-type', 'text/html; charset=utf-8'];

interface Given {
  readonly config?: object;
  readonly path?: string;
  readonly method?: string;
  readonly accept?: string | null;
  readonly status?: number;
  readonly headers?: Headers;
  readonly body?: HttpResponse['body'];
}

function asking({ path = '/', method = 'GET', accept = 'gzip' }: Given): HttpRequest {
  return request(path, { method, headers: accept === null ? [] : [['accept-encoding', accept]] });
}

async function answerTo(given: Given): Promise<HttpResponse> {
  const { config = {}, status = 200, headers = [html], body = Buffer.from(tea) } = given;
  const middleware = compress(resolveStage(parse({ compress: config }).config, 'production').compress);
  if (middleware === null) throw new Error('it is disabled');
  return middleware(asking(given), async () => ({ status, headers, body }));
}

function codingOf({ headers }: HttpResponse): string | undefined {
  return getHeader(headers, 'content-encoding');
}

/** The coding and `Vary` of an answer, `-` for none. */
async function outcome(given: Given): Promise<string> {
  const res = await answerTo(given);
  return `${codingOf(res) ?? '-'} ${getHeader(res.headers, 'vary') ?? '-'}`;
}

const coded = 'gzip accept-encoding';
const negotiated = '- accept-encoding';
const untouched = '- -';

test('a path that nobody can read is like any other where none is excepted', async () => {
  expect(await outcome({ path: '/account/%ff' })).toBe(coded);
});

test('it is not constructed when it is disabled', () => {
  expect(compress(resolveStage(parse({ compress: { disable: true } }).config, 'production').compress)).toBeNull();
});

describe('what the gzip of apex/up does (apex-up.md 4)', () => {
  test.each<[title: string, given: Given, expected: string]>([
    ['it is on without a word in up.json', {}, coded],
    [
      'min 512 bytes: 511 stay',
      { headers: [html, ['content-length', '511']], body: Buffer.alloc(511, 'a') },
      untouched,
    ],
    ['min 512 bytes: 511 stay, whose length the app does not tell', { body: Buffer.alloc(511, 'a') }, negotiated],
    ['min 512 bytes: 512 do not', { body: Buffer.alloc(512, 'a') }, coded],
    [
      'min 512 bytes: 512 do not, whose length the app tells',
      { headers: [html, ['content-length', '512']], body: Buffer.alloc(512, 'a') },
      coded,
    ],
    ['min 512 bytes: no body is shorter', { body: null }, negotiated],
    ['all content types, here those that get smaller: text', { headers: [['content-type', 'text/css']] }, coded],
    [
      'all content types, here those that get smaller: an image stays',
      { headers: [['content-type', 'image/png']] },
      untouched,
    ],
    [
      'all content types, if one asks for them',
      { config: { types: ['*/*'] }, headers: [['content-type', 'image/png']] },
      coded,
    ],
    [
      'content types in whatever case they are written',
      { config: { types: ['Image/*', 'Text/CSS'] }, headers: [['content-type', 'text/css']] },
      coded,
    ],
    ['needs gzip with q>0: q=0', { accept: 'gzip;q=0' }, negotiated],
    ['needs gzip with q>0: not named', { accept: 'deflate' }, negotiated],
    ['needs gzip with q>0: no field', { accept: null }, negotiated],
    ['skipped if Content-Encoding is set (#328)', { headers: [html, ['content-encoding', 'x-mine']] }, 'x-mine -'],
    [
      'always Vary, here where the client decides: what is too short has none',
      { headers: [html, ['content-length', '5']] },
      untouched,
    ],
    ['sniffs a missing Content-Type, here it stays as it is', { headers: [] }, untouched],
    ['no brotli, here there is', { accept: 'gzip, br' }, 'br accept-encoding'],
  ])('%s', async (_title, given, expected) => {
    expect(await outcome(given)).toBe(expected);
  });

  test('drops Content-Length, here a whole body has its new one', async () => {
    const { headers, body } = await answerTo({ headers: [html, ['content-length', String(tea.length)]] });
    expect(getHeader(headers, 'content-length')).toBe(String((body as Buffer).length));
  });
});

describe('RFC 9110 15.4.5: what a 304 says of an answer is what was said with it', () => {
  async function notModified(ifNoneMatch: string, headers: Headers): Promise<HttpResponse> {
    const middleware = compress(resolveStage(parse({}).config, 'production').compress);
    const req = request('/', { headers: [['if-none-match', ifNoneMatch]] });
    return middleware!(req, async () => ({ status: 304, headers, body: null }));
  }

  test('a cache that stores its Vary goes on to keep the codings apart', async () => {
    const { headers } = await notModified('"a"', [['vary', 'Origin']]);
    expect(headers).toEqual([['vary', 'Origin, accept-encoding']]);
  });

  test.each([
    ['weak, where the client holds the compressed answer', '"b", W/"a"', 'W/"a"'],
    ['strong, where it holds the plain one', '"a"', '"a"'],
    ['strong, where it holds another', 'W/"b"', '"a"'],
    ['strong, where it does not say what it holds', '*', '"a"'],
  ])('its ETag is %s', async (_title, ifNoneMatch, expected) => {
    const { headers } = await notModified(ifNoneMatch, [['etag', '"a"']]);
    expect(getHeader(headers, 'etag')).toBe(expected);
  });
});

test('an answer to a condition tells that it goes by codings, where its type is listed or not told', async () => {
  for (const headers of [[html], []]) expect(await outcome({ status: 304, headers, body: null })).toBe(negotiated);
});

describe('an answer stays byte for byte and field for field', () => {
  test.each<[title: string, given: Given]>([
    ['that is a part', { status: 206, headers: [html, ['content-range', 'bytes 0-9/99']] }],
    [
      'to a condition, that says no-transform',
      { status: 304, headers: [['cache-control', 'no-transform']], body: null },
    ],
    [
      'to a condition, of an excepted path',
      { status: 304, headers: [['etag', '"a"']], body: null, path: '/a', config: { except: ['/a'] } },
    ],
    [
      'to a condition, of a type that is not listed',
      { status: 304, headers: [['content-type', 'image/png']], body: null },
    ],
    ['without content', { status: 204, headers: [], body: null }],
    ['of an empty body', { body: Buffer.alloc(0), headers: [html, ['content-length', '0']] }],
    [
      'of an empty body, however little is the least',
      { config: { min_size: 0 }, body: Buffer.alloc(0), headers: [html, ['content-length', '0']] },
    ],
    ['of no body', { body: null, headers: [html, ['content-length', '0']] }],
    ['that says no-transform', { headers: [html, ['cache-control', 'no-transform']] }],
    ['with a digest', { headers: [html, ['repr-digest', 'sha-256=:AA==:'], ['etag', '"a"']] }],
    ['coded by the app', { headers: [html, ['content-encoding', 'br'], ['etag', '"a"']] }],
    ['of an excepted path', { config: { except: ['/account/*'] }, path: '/account/me?x=1' }],
    ['of an excepted path written otherwise', { config: { except: ['/account/*'] }, path: '/a/..//%61ccount/me' }],
    [
      'of a path nobody can read, where some are excepted',
      { config: { except: ['/account/*'] }, path: '/account/%ff' },
    ],
    ['of a type that is not listed', { config: { types: ['text/css'] } }],
    [
      'below the least size that is configured',
      { config: { min_size: 10_000 }, headers: [html, ['content-length', '2200']] },
    ],
    [
      'that is a stream and says that it is short',
      { body: Readable.from([]), headers: [html, ['content-length', '9']] },
    ],
  ])('%s', async (_title, given) => {
    const { status = 200, headers = [html], body = Buffer.from(tea) } = given;
    const { uncoded: _, ...answer } = await answerTo({ ...given, body });
    expect(answer).toEqual({ status, headers, body });
  });

  test.each([
    ['/account/me', null],
    ['/', 'gzip'],
  ])('of an excepted path also where it is too large for its front door: %s', async (path, coding) => {
    const res = await answerTo({ config: { types: ['text/css'], except: ['/account/*'] }, path });
    const packed = await compressed({ ...res, body: await readBody(res.body) }, [['accept-encoding', 'gzip']]);
    expect(packed && codingOf(packed)).toBe(coding);
  });
});

describe('a type', () => {
  test.each([
    'text/plain',
    'TEXT/HTML ; charset=utf-8',
    'text/event-stream',
    'application/json',
    'application/json ; charset=utf-8',
    'application/vnd.api+json',
    'application/vnd.a+b+json',
    'application/javascript',
    'application/atom+xml',
    'image/svg+xml',
    'application/wasm',
    'font/ttf',
    'font/otf',
  ])('gets smaller: %s', async (type) => {
    expect(await outcome({ headers: [['content-type', type]] })).toBe(coded);
  });

  test.each([
    'image/png',
    'image/webp',
    'video/mp4',
    'audio/mpeg',
    'application/zip',
    'application/gzip',
    'application/vnd.adobe.air+zip',
    'font/woff2',
    '',
  ])('is compressed already, or unknown: %s', async (type) => {
    expect(await outcome({ headers: [['content-type', type]] })).toBe(untouched);
  });
});

describe('a whole body', () => {
  test.each(codings())('comes back from %s as it was', async (coding) => {
    const { headers, body } = await answerTo({ accept: coding });
    expect(getHeader(headers, 'content-encoding')).toBe(coding);
    expect(decode(body as Buffer, coding).toString()).toBe(tea);
  });

  test('that would not get smaller stays, but depends on the client', async () => {
    const body = randomBytes(600);
    const res = await answerTo({ body, headers: [html, ['etag', '"a"']] });
    expect(res).toEqual({ status: 200, headers: [html, ['etag', '"a"'], ['vary', 'accept-encoding']], body });
  });

  test('larger than what is coded at once comes back too', async () => {
    const large = Buffer.alloc(3_000_000, tea);
    const { headers, body } = await answerTo({ body: large });
    expect(decode(body as Buffer, getHeader(headers, 'content-encoding')).equals(large)).toBe(true);
  });

  test('of an error of ours keeps its code for the log', async () => {
    const middleware = compress(resolveStage(parse({}).config, 'production').compress);
    const res = { status: 502, headers: [html], body: Buffer.from(tea), failure: 'UP_APP_CRASHED' };
    expect(await middleware?.(asking({}), async () => res)).toMatchObject({ status: 502, failure: 'UP_APP_CRASHED' });
  });

  test('has a weak ETag, one Vary and no offer of ranges', async () => {
    const given: Headers = [html, ['etag', '"a"'], ['vary', 'Accept-Encoding, cookie'], ['accept-ranges', 'bytes']];
    const { headers } = await answerTo({ headers: given });
    expect(headers).toEqual([
      html,
      ['etag', 'W/"a"'],
      ['vary', 'Accept-Encoding, cookie'],
      ['content-encoding', 'gzip'],
      ['content-length', expect.any(String)],
    ]);
  });
});

describe('HEAD', () => {
  const length: Header = ['content-length', String(tea.length)];

  test('gets the fields of GET but the length', async () => {
    const headers: Headers = [html, ['etag', '"a"'], length];
    const get = await answerTo({ headers });
    const head = await answerTo({ headers, method: 'HEAD', body: Buffer.alloc(0) });
    expect(head.headers).toEqual(get.headers.filter(([name]) => name !== 'content-length'));
    expect((head.body as Buffer).length).toBe(0);
  });

  test.each<[title: string, given: Given, expected: string]>([
    ['of something short is untouched', { headers: [html, ['content-length', '9']] }, untouched],
    ['that does not tell a length is taken for something long', { headers: [html] }, coded],
    ['of a client without codings tells of them', { headers: [html, length], accept: null }, negotiated],
  ])('%s', async (_title, given, expected) => {
    expect(await outcome({ ...given, method: 'HEAD', body: null })).toBe(expected);
  });
});

describe.each(codings())('a stream in %s', (accept) => {
  test('comes back as it was, without a length', async () => {
    const res = await answerTo({
      accept,
      body: Readable.from([tea, tea]),
      headers: [html, ['content-length', '4400']],
    });
    expect(getHeader(res.headers, 'content-length')).toBeUndefined();
    expect(decode(await buffer(res.body as Readable), codingOf(res)).toString()).toBe(tea + tea);
  });

  test('of nothing is nothing', async () => {
    const source = new PassThrough();
    const res = await answerTo({ accept, body: source });
    source.end();
    expect(decode(await buffer(res.body as Readable), codingOf(res)).length).toBe(0);
  });

  test('fails when the app does', async () => {
    const source = new PassThrough();
    const res = await answerTo({ accept, body: source });
    const reading = buffer(res.body as Readable);
    source.write('abc');
    source.destroy(new Error('the app died'));
    await expect(reading).rejects.toThrow('the app died');
  });

  test('fails when the app does before anybody reads', async () => {
    const source = new PassThrough();
    source.write('abc');
    process.nextTick(() => source.destroy(new Error('the app died')));
    const res = await answerTo({ accept, body: source });
    await expect(buffer(res.body as Readable)).rejects.toThrow('the app died');
  });

  test('lets go of the app when its reader goes away', async () => {
    const source = new PassThrough();
    const res = await answerTo({ accept, body: source });
    source.write('abc');
    await once(res.body as Readable, 'readable');
    (res.body as Readable).destroy();
    await until('the source to be let go', () => source.destroyed);
  });

  test('waits for its reader', async () => {
    let produced = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const source = new Readable({
      read() {
        for (let i = 0; i < chunk.length; i += 4) chunk.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), i);
        produced += chunk.length;
        this.push(Buffer.from(chunk));
      },
    });
    const res = await answerTo({ accept, body: source });
    await once(res.body as Readable, 'readable');
    // It goes on for as long as it may: until what is produced no longer changes over some turns of the loop.
    let before = -1;
    await until('it to wait', () => {
      const still = produced === before;
      before = produced;
      return still;
    });
    expect(produced).toBeLessThan(2 * 1024 * 1024);
    (res.body as Readable).destroy();
  });
});

test('200 MB pass through a stream in bounded memory', async () => {
  const chunk = Buffer.alloc(64 * 1024, tea);
  const chunks = (200 * 1024 * 1024) / chunk.length;
  let sent = 0;
  const source = new Readable({
    read() {
      this.push(sent++ < chunks ? chunk : null);
    },
  });
  const { body } = await answerTo({ body: source, accept: 'br' });
  let most = 0;
  const before = process.memoryUsage().rss;
  for await (const _ of body as Readable) most = Math.max(most, process.memoryUsage().rss - before);
  expect(most).toBeLessThan(100 * 1024 * 1024);
});

describe('a stream that has arrived when its fields have', () => {
  function arrived(text: string): PassThrough {
    const source = new PassThrough();
    source.end(text);
    return source;
  }

  test('is short where it is short', async () => {
    const body = Buffer.from('short');
    const headers = [html, ['vary', 'accept-encoding']];
    expect(await answerTo({ body: arrived('short') })).toEqual({ status: 200, headers, body });
  });

  test('is coded as a whole where it is not', async () => {
    const res = await answerTo({ body: arrived(tea) });
    expect(res.body).toBeInstanceOf(Buffer);
    expect(decode(res.body as Buffer, codingOf(res)).toString()).toBe(tea);
  });

  test('is a stream where it goes on, and loses nothing', async () => {
    const source = new PassThrough();
    source.write('one, ');
    const res = await answerTo({ body: source });
    source.end('two');
    expect(decode(await buffer(res.body as Readable), codingOf(res)).toString()).toBe('one, two');
  });

  test('is not waited for', async () => {
    const source = new PassThrough();
    const res = await answerTo({ body: source });
    expect(codingOf(res)).toBe('gzip');
    source.end();
  });

  test('may have failed already', async () => {
    const source = new PassThrough();
    source.write('one, ');
    source.destroy(new Error('the app died'));
    const res = await answerTo({ body: source });
    await expect(buffer(res.body as Readable)).rejects.toThrow();
  });
});
