/**
 * `static`: the files of a folder. Beside an app they are answered before it is asked, and everything else goes on to
 * it; with `type: static` there is no app, folders have their index.html, pages need no `.html`, and what is not there is
 * 404. It lists no folder, shows no dot file and nothing that is not in the folder.
 */
import { join } from 'node:path';
import type { StaticFiles } from '../config/static.ts';
import { HttpError } from '../http/error.ts';
import type { Header } from '../http/headers.ts';
import { type HttpRequest, type HttpResponse, type Middleware, queryOf } from '../http/message.ts';
import { namesPages } from '../http/negotiation.ts';
import { canonicalPath } from '../http/path.ts';
import { answer, refuse } from './static/answer.ts';
import { cacheControl } from './static/caching.ts';
import { choose } from './static/codings.ts';
import { createEtags } from './static/etag.ts';
import { type Found, findFile, findPage } from './static/find.ts';
import type { Root } from './static/open.ts';
import { extensionOf, typeOf } from './static/types.ts';

/** `app` is the folder of the app's files. */
export function staticFiles(config: StaticFiles | null, app: string): Middleware | null {
  if (config === null) return null;
  const { alone, fallback } = config;
  const root: Root = { app, dir: join(app, config.dir) };
  const prefix = toPrefix(config.prefix);
  const etagOf = createEtags();

  return async function staticFiles(req, next) {
    const path = canonicalPath(req);
    if (path === null) return alone ? refuse(req, unreadable()) : next(req);
    if (req.method !== 'GET' && req.method !== 'HEAD') return alone ? refuse(req, notAllowed()) : next(req);
    const inside = withoutPrefix(path, prefix);
    const found = inside === null ? null : await find(req, inside, path);
    if (found === null) return alone ? refuse(req, notFound()) : next(req);
    if ('location' in found) return redirect(req, found.location);
    const representation = await choose(root, found, req.headers);
    const { coding, varies } = representation;
    const vary = [...(varies ? ['accept-encoding'] : []), ...(found.isFallback ? ['accept'] : [])];
    const res = await answer(req, representation, fieldsOf(found.path, coding, vary), etagOf);
    // A refusal is for nobody to keep, whatever is said of the file.
    return res.failure === undefined ? { ...res, defaults: ['cache-control'] } : res;
  };

  async function find(req: HttpRequest, inside: string, path: string): Promise<Answerable | null> {
    const found = alone ? await findPage(root, inside, path) : await findFile(root, inside);
    if (found !== null || fallback === undefined || !wantsPage(req, inside)) return found;
    const page = await findFile(root, `/${fallback}`);
    return page && { ...page, isFallback: true };
  }
}

type Answerable = Found & { readonly isFallback?: true };

/** `/assets/` of `assets`, `/assets` and `/assets/`; `/` of nothing. */
function toPrefix(prefix: string): string {
  return `/${prefix.split('/').filter(Boolean).join('/')}/`.replace('//', '/');
}

/**
 * The path below the prefix, with a slash first; empty for the folder itself without one. Null outside of the prefix.
 */
function withoutPrefix(path: string, prefix: string): string | null {
  if (`${path}/` === prefix) return '';
  return path.startsWith(prefix) ? path.slice(prefix.length - 1) : null;
}

/** A script, which accepts anything, is told that there is no such file. */
function wantsPage({ headers }: HttpRequest, path: string): boolean {
  return extensionOf(path) === '' && namesPages(headers);
}

function fieldsOf(path: string, coding: string | null, vary: readonly string[]): Header[] {
  const fields: Header[] = [
    ['content-type', typeOf(path)],
    ['cache-control', cacheControl(path)],
    // The type is by the name: what a browser finds in the bytes must not change it.
    ['x-content-type-options', 'nosniff'],
  ];
  if (coding !== null) fields.push(['content-encoding', coding]);
  if (vary.length > 0) fields.push(['vary', vary.join(', ')]);
  return fields;
}

function redirect(req: HttpRequest, location: string): HttpResponse {
  const query = queryOf(req.target);
  const headers: Header[] = [
    ['location', query === '' ? location : `${location}?${query}`],
    ['cache-control', cacheControl('')],
    ['content-length', '0'],
  ];
  return { status: 301, headers, body: null };
}

function unreadable(): HttpError {
  return new HttpError(400, 'UP_STATIC_PATH', 'the path is not UTF-8');
}

function notAllowed(): HttpError {
  const allow: Header = ['allow', 'GET, HEAD'];
  return new HttpError(405, 'UP_METHOD_NOT_ALLOWED', 'files can only be read', {}, [allow]);
}

function notFound(): HttpError {
  return new HttpError(404, 'UP_STATIC_NOT_FOUND', 'there is no such file');
}
