/**
 * `error_pages`: a page in place of the body of an error, for who asks for HTML above anything else. The status and the
 * other fields stay; clients of APIs keep the error as it is. It never touches an answer that is no error.
 */
import { discard } from '../http/body.ts';
import { getHeader, type Headers, joinedHeader } from '../http/headers.ts';
import type { Log } from '../http/log.ts';
import type { HttpRequest, HttpResponse, Middleware } from '../http/message.ts';
import { negotiate } from '../http/negotiation.ts';
import { builtInHeaders, builtInPage } from '../http/pages/built-in.ts';
import { readPages } from '../http/pages/files.ts';
import type { Variables } from '../http/pages/template.ts';
import { addVary } from '../http/vary.ts';

interface ErrorPages {
  readonly enable: boolean;
  readonly dir: string;
  readonly variables: Variables;
}

/** `root` is the folder of the app's files. */
export function errorPages({ enable, dir, variables }: ErrorPages, root: string, log: Log): Middleware | null {
  if (!enable) return null;
  const pages = readPages(dir, { root, variables, log });
  return async function errorPages(req, next) {
    const res = await next(req);
    if (!isError(res.status)) return res;
    const headers = addVary(res.headers, ['accept']);
    if (!wantsPage(req, res)) return { ...res, headers };
    discard(res);
    const page = pages.get(`${res.status}`) ?? pages.get(`${Math.floor(res.status / 100)}xx`) ?? pages.get('error');
    const values = { status: res.status, requestId: req.context.requestId };
    const body = Buffer.from(page ? page(values) : builtInPage(values, variables));
    return {
      ...res,
      headers: [
        ...headers.filter(([name]) => !isOfBody(name)),
        ['content-type', 'text/html; charset=utf-8'],
        ['content-length', String(body.length)],
        ...(page ? [] : builtInHeaders),
        ...cacheControl(res),
      ],
      body: req.method === 'HEAD' ? null : body,
    };
  };
}

function isError(status: number): boolean {
  return status >= 400 && status <= 599;
}

/** The body stays unless the client prefers HTML to its type; `Accept: *` of curl does not. */
function wantsPage(req: HttpRequest, res: HttpResponse): boolean {
  const type = getHeader(res.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  const other = type === undefined || type === '' || type === 'text/html' ? 'application/json' : type;
  return negotiate(joinedHeader(req.headers, 'accept'), [other, 'text/html']) === 'text/html';
}

/** Fields that spoke of the body that is gone; its policy for scripts and styles among them. */
const ofBody = new Set(['etag', 'last-modified', 'accept-ranges', 'cache-control', 'digest', 'repr-digest']);

function isOfBody(name: string): boolean {
  // RFC 9110 14.4: with a 416 it tells how long the thing is, not what the body is.
  if (name === 'content-range') return false;
  return name.startsWith('content-') || ofBody.has(name);
}

/**
 * Errors made by this proxy are not cached, because they soon pass; those of the app have lost their own Cache-Control
 * with the body.
 */
function cacheControl({ failure }: HttpResponse): Headers {
  return failure === undefined ? [] : [['cache-control', 'no-store']];
}
