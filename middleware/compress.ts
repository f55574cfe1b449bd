/**
 * `compress`: answers in a content coding the client takes; on unless disabled. Streams are flushed with every chunk. It
 * never touches what is coded already, is a part, vouches for its bytes or says `no-transform`, nor what would not get
 * smaller, and it never decodes. `Vary` and a refusal rest on what the app tells, so they are the same on every host; only
 * a short answer that flows without a length may be coded where one that comes whole is not.
 *
 * A 304 gets the `Vary` and the ETag of the answer that the client holds, which caches write over those they hold.
 *
 * HEAD gets the fields GET would get, as far as they are known without the content: the coding, the weak ETag and `Vary`,
 * but no length.
 */
import { pipeline, type Readable } from 'node:stream';
import type { ProxyStage } from '../config/types.ts';
import { isStream } from '../http/body.ts';
import { type Coding, chooseCoding, codedHeaders, codings, encode, encoder, mayBeCoded } from '../http/coding.ts';
import { getHeader, setHeader } from '../http/headers.ts';
import type { HttpRequest, HttpResponse, Middleware } from '../http/message.ts';
import { asHeld } from '../http/not-modified.ts';
import { canonicalPath } from '../http/path.ts';
import { compileRules } from '../http/patterns.ts';
import { addVary } from '../http/vary.ts';

type CompressConfig = ProxyStage['compress'];

export function compress(config: CompressConfig): Middleware | null {
  if (config.disable) return null;
  const isListed = compileTypes(config.types);
  const isExcepted = compileExceptions(config.except);

  return async function compress(req, next) {
    const given = await next(req);
    if (given.status === 304) return isNever(req, given) ? given : asIs(asHeld(req, given));
    // Also keeps `events/compressed.ts` from compressing an answer that is too large for its front door.
    if (isExcepted(req)) return { ...given, uncoded: true };
    if (!mayBeCoded(given) || !isListed(getHeader(given.headers, 'content-type'))) return given;
    const length = lengthOf(given);
    if (length !== null && (length === 0 || length < config.min_size)) return given;
    const coding = chooseCoding(req.headers, codings());
    if (coding === null) return asIs(given);
    if (req.method === 'HEAD') return { ...given, headers: codedHeaders(given.headers, coding) };
    const res = length === null ? await wholeIfArrived(given) : given;
    if (!isStream(res.body) && (res.body?.byteLength ?? 0) < config.min_size) return asIs(res);
    return isStream(res.body) ? codedStream(res, res.body, coding) : codedWhole(res, res.body, coding);
  };

  /** A 304 without a type may be of a compressible one: an unnecessary `Vary` is safe. */
  function isNever(req: HttpRequest, { headers }: HttpResponse): boolean {
    const type = getHeader(headers, 'content-type');
    return (
      !mayBeCoded({ status: 200, headers, body: null }) || (type !== undefined && !isListed(type)) || isExcepted(req)
    );
  }
}

function compileTypes(types: readonly string[]): (contentType: string | undefined) => boolean {
  const listed = new Set(types.map((type) => type.toLowerCase()));
  return (contentType) => {
    const type = contentType?.split(';')[0]?.trim().toLowerCase();
    if (!type) return false;
    const suffix = type.lastIndexOf('+');
    return (
      listed.has(type) ||
      listed.has(`${type.split('/')[0]}/*`) ||
      (suffix !== -1 && listed.has(`*${type.slice(suffix)}`)) ||
      listed.has('*/*')
    );
  };
}

/** A path that cannot be read matches no rule, and might be an excepted one to the app. */
function compileExceptions(patterns: readonly string[]): (req: HttpRequest) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = compileRules(patterns.map((pattern) => [pattern, true] as const));
  return (req) => {
    const path = canonicalPath(req);
    return path === null || rules.first(path) !== null;
  };
}

/** Null when the app does not say. What it says is the same on every host, and for HEAD. */
function lengthOf({ headers }: HttpResponse): number | null {
  const length = getHeader(headers, 'content-length');
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : null;
}

/**
 * Collects a stream whose bytes have all arrived, as those of an app that writes its answer at once without a length.
 * It is then a whole body on every host, also on those that stream. Waits for one turn of the event loop at most;
 * anything later stays a stream.
 */
async function wholeIfArrived(res: HttpResponse): Promise<HttpResponse> {
  if (!isStream(res.body)) return res;
  const { body } = res;
  const ignore = () => {};
  // Without a listener a failure would end the process; who reads the body is told of it again.
  body.on('error', ignore);
  const chunk: Buffer | null = body.read();
  await new Promise((resolve) => setImmediate(resolve));
  if (body.readableEnded) return { ...res, body: chunk ?? Buffer.alloc(0) };
  if (chunk !== null) body.unshift(chunk);
  body.off('error', ignore);
  return res;
}

/** Sent as it is, with `Vary`: caches have to know that another client may get it compressed. */
function asIs(res: HttpResponse): HttpResponse {
  return { ...res, headers: addVary(res.headers, ['accept-encoding']) };
}

/** The failure of either side ends the other; who reads the body sees it. */
function codedStream(res: HttpResponse, source: Readable, coding: Coding): HttpResponse {
  const body = encoder(coding);
  pipeline(source, body, () => {});
  return { ...res, headers: codedHeaders(res.headers, coding), body };
}

async function codedWhole(res: HttpResponse, plain: Uint8Array | null, coding: Coding): Promise<HttpResponse> {
  if (plain === null) return res;
  const body = await encode(plain, coding);
  if (body.length >= plain.length) return asIs(res);
  return { ...res, headers: setHeader(codedHeaders(res.headers, coding), 'content-length', String(body.length)), body };
}
