// An ordinary HTTP server that shows what reached it, and under /answers/ answers in every way an answer may be.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const big = Buffer.alloc(1024 * 1024, everyByte);
const cookies = Array.from({ length: 30 }, (_, n) => `c${n}=v%20${n}; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT`);

const text = { 'content-type': 'text/plain; charset=utf-8' };
const bytes = { 'content-type': 'application/octet-stream' };

/** Name -> [status, headers, body]. */
const answers = {
  empty: [200, {}, ''],
  created: [201, { location: '/things/7' }, ''],
  'no-content': [204, {}, undefined],
  'not-modified': [304, { etag: '"v1"', 'cache-control': 'max-age=60' }, undefined],
  redirect: [302, { location: '/elsewhere?a=b%20c#there', ...text }, 'moved'],
  'redirect-away': [308, { location: 'https://example.com/' }, ''],
  missing: [404, { 'content-type': 'text/html' }, '<h1>My own 404</h1>'],
  broken: [500, { 'content-type': 'application/json' }, '{"error":"my own 500"}'],
  unavailable: [503, { 'retry-after': '7', ...text }, 'back soon'],
  teapot: [418, text, 'short and stout'],
  partial: [206, { 'content-range': 'bytes 0-3/10', ...bytes }, Buffer.from([1, 2, 3, 4])],
  cookies: [200, { 'set-cookie': cookies, ...text }, 'ok'],
  repeats: [200, { 'x-many': ['one', 'two', 'three, four'], vary: ['accept', 'origin'], ...text }, 'ok'],
  binary: [200, bytes, everyByte],
  image: [200, { 'content-type': 'image/png' }, Buffer.from('89504e470d0a1a0a', 'hex')],
  latin1: [200, { 'content-type': 'text/plain; charset=iso-8859-1' }, Buffer.from('café', 'latin1')],
  'not-utf8': [200, text, Buffer.from([0x63, 0xe9])],
  utf8: [200, { 'content-type': 'text/html; charset=utf-8' }, '\ufeff<p>日本 😀 \u0000 end'],
  json: [200, { 'content-type': 'application/json' }, '{"a":"é\\u2028"}'],
  untyped: [200, {}, 'words'],
  'untyped-html': [200, {}, '<!doctype html><p>words'],
  'untyped-binary': [200, {}, everyByte],
  gzip: [200, { 'content-encoding': 'gzip', ...text }, gzipSync('hello'.repeat(50))],
  big: [200, bytes, big],
  'big-text': [200, text, 'line of text é\n'.repeat(70_000)],
  'utf8-header': [200, { 'x-name': Buffer.from('Zoë 日本', 'utf8').toString('latin1'), ...text }, 'ok'],
  'latin1-header': [200, { 'x-name': Buffer.from('Zoë', 'latin1').toString('latin1'), ...text }, 'ok'],
  'long-header': [200, { 'x-long': 'x'.repeat(6_000), ...text }, 'ok'],
  'longer-header': [200, { 'x-long': 'x'.repeat(11_000), ...text }, 'ok'],
  'odd-names': [200, { constructor: 'c', __proto__x: 'p', "x-!#$%&'*+.^_`|~": 'v', ...text }, 'ok'],
};

/** What writeHead and end cannot say. */
const writers = {
  chunked(res) {
    res.writeHead(200, text);
    res.write('first, ');
    setTimeout(() => res.end('second'), 20);
  },
  hints(res) {
    res.writeEarlyHints({ link: '</style.css>; rel=preload' });
    res.writeHead(200, text).end('after hints');
  },
  leave(res) {
    res.writeContinue();
    res.writeHead(200, text).end('after leave that nobody asked for');
  },
  trailers(res) {
    res.writeHead(200, { trailer: 'x-checksum', ...text });
    res.write('body');
    res.addTrailers({ 'x-checksum': 'abc' });
    res.end();
  },
  'hop-by-hop'(res) {
    res.writeHead(200, {
      connection: 'x-private',
      'x-private': 'for the next hop',
      'keep-alive': 'timeout=9',
      ...text,
    });
    res.end('ok');
  },
  late(res) {
    setTimeout(() => res.writeHead(200, text).end(String(process.pid)), 300);
  },
  environment(res) {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ ...process.env, pid: process.pid, cwd: process.cwd() }));
  },
  huge(res) {
    const body = Buffer.alloc(7 * 1024 * 1024, 'x');
    res.writeHead(200, { 'content-length': body.length, ...text }).end(body);
  },
  crash: () => process.exit(7),
  silence: () => {},
};

createServer((req, res) => {
  const name = /^\/answers\/([a-z0-9-]+)/.exec(req.url)?.[1];
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    if (writers[name]) return writers[name](res);
    if (answers[name]) {
      const [status, headers, body] = answers[name];
      return res.writeHead(status, headers).end(body);
    }
    const { method, url, rawHeaders } = req;
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString('base64') }));
  });
}).listen(process.env.PORT);
