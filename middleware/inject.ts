/**
 * `inject`: puts snippets before the first `</head>` and `</body>` of the pages of the app. It never buffers a page, and
 * leaves alone whatever it does not understand for certain: errors, parts of pages, compressed ones, other encodings.
 */
import { pipeline, Transform } from 'node:stream';
import { discard, isStream, readBody } from '../http/body.ts';
import { getHeader, type Headers, hasHeader, withoutHeader } from '../http/headers.ts';
import { type Handler, type HttpRequest, type HttpResponse, type Middleware, pathOf } from '../http/message.ts';
import { namesPages } from '../http/negotiation.ts';
import { asHeld } from '../http/not-modified.ts';
import { mayTransform } from '../http/transform.ts';
import { encodingOf } from './inject/charset.ts';
import { createScanner, type Insertions, type Scanner } from './inject/scanner.ts';
import { type InjectRule, renderRules } from './inject/snippets.ts';
import { createValidators } from './inject/validators.ts';

interface Inject {
  readonly head: readonly InjectRule[];
  readonly body: readonly InjectRule[];
}

export function inject({ head, body }: Inject): Middleware | null {
  if (head.length + body.length === 0) return null;
  const snippets = { head: renderRules(head), body: renderRules(body) };
  const validators = createValidators(`${snippets.head}\0${snippets.body}`);

  return injected;

  async function injected(req: HttpRequest, next: Handler): Promise<HttpResponse> {
    const res = await next(validators.asGiven(withoutTime(req)));
    if (res.status === 304) return notModified(req, res, next);
    const encode = encodingOf(getHeader(res.headers, 'content-type'));
    // RFC 9110 14.2: only GET has ranges, and nothing else may be asked twice.
    if (
      encode &&
      res.status === 206 &&
      mayTransform(res.headers) &&
      req.method === 'GET' &&
      hasHeader(req.headers, 'range')
    ) {
      discard(res);
      return injected(whole(req), next);
    }
    if (!mayChange(res)) return res;
    // RFC 9110 9.3.2: what HEAD tells is what GET would.
    if (req.method === 'HEAD') return encode ? { ...res, headers: changed(res.headers) } : res;
    if (res.body === null) return res;
    const insertions = encode && { head: encode(snippets.head), body: encode(snippets.body) };
    // A snippet with characters that the page's encoding lacks would become something else.
    if (!insertions?.head || !insertions.body) return res;
    return withInsertions(res, { head: insertions.head, body: insertions.body }, changed);
  }

  /**
   * A 304 has no content type to go by. A client that navigates to a page and holds a copy without these snippets gets
   * the page anew.
   */
  async function notModified(req: HttpRequest, res: HttpResponse, next: Handler): Promise<HttpResponse> {
    const etag = getHeader(res.headers, 'etag') ?? '';
    const held = validators.held(req, etag);
    if (held === 'marked') return { ...res, headers: res.headers.map(validators.marked) };
    if (held !== 'other' || etag === '' || !mayBePage(req)) return asHeld(req, res);
    const page = await injected(withoutConditions(req), next);
    if (getHeader(page.headers, 'etag') !== etag) return page;
    discard(page);
    return asHeld(req, res);
  }

  function changed(headers: Headers): Headers {
    return headers.filter(([name]) => !ofBytes.has(name)).map(validators.marked);
  }
}

/** By what the browser asks for, and a name that is no picture's or script's. */
function mayBePage({ target, headers }: HttpRequest): boolean {
  return namesPages(headers) && /(?:\/[^/.]*|\.x?html?)$/i.test(pathOf(target));
}

/** The modification time of a page does not change with the snippets, and cannot be marked as an ETag can. */
function withoutTime(req: HttpRequest): HttpRequest {
  if (!hasHeader(req.headers, 'if-modified-since') || hasHeader(req.headers, 'if-none-match')) return req;
  return mayBePage(req) ? { ...req, headers: withoutHeader(req.headers, 'if-modified-since') } : req;
}

function withoutConditions(req: HttpRequest): HttpRequest {
  return { ...req, headers: withoutHeader(withoutHeader(req.headers, 'if-none-match'), 'if-modified-since') };
}

/** A range counts the bytes of the app's page, which clients never get: the page has to come whole. */
function whole(req: HttpRequest): HttpRequest {
  return { ...req, headers: withoutHeader(withoutHeader(req.headers, 'range'), 'if-range') };
}

function mayChange({ status, headers }: HttpResponse): boolean {
  // As with apex/up, errors stay as they are: error_pages is for those.
  if (status < 200 || status > 299 || status === 206) return false;
  return mayTransform(headers);
}

async function withInsertions(
  res: HttpResponse,
  insertions: Insertions,
  changed: (headers: Headers) => Headers,
): Promise<HttpResponse> {
  const scanner = createScanner(insertions);
  if (isStream(res.body)) {
    const body = through(scanner);
    // Whoever reads `body` hears of a failure on either side of it.
    pipeline(res.body, body, () => {});
    return { ...res, headers: changed(res.headers), body };
  }
  const page = await readBody(res.body);
  const body = Buffer.concat([scanner.push(page), scanner.end()]);
  if (body.length === page.length) return res;
  return { ...res, headers: [...changed(res.headers), ['content-length', String(body.length)]], body };
}

function through(scanner: Scanner): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = scanner.push(chunk);
      done(null, bytes.length > 0 ? bytes : null);
    },
    flush(done) {
      const rest = scanner.end();
      done(null, rest.length > 0 ? rest : null);
    },
  });
}

/** Fields that hold the length, a digest or ranges of the app's bytes. */
const ofBytes = new Set(['content-length', 'accept-ranges', 'content-md5', 'content-digest', 'digest', 'repr-digest']);
