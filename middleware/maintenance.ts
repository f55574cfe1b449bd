/**
 * `maintenance`: 503 for everybody, as a page, JSON or a line of text; nothing reaches the app. The probe of a deploy does,
 * so that a new version can be proved meanwhile.
 */
import { errorResponse, HttpError } from '../http/error.ts';
import { type Headers, joinedHeader } from '../http/headers.ts';
import type { Log } from '../http/log.ts';
import type { HttpRequest, HttpResponse, Middleware } from '../http/message.ts';
import { negotiate } from '../http/negotiation.ts';
import { builtInHeaders, builtInPage } from '../http/pages/built-in.ts';
import { readPage } from '../http/pages/files.ts';
import type { Page, Variables } from '../http/pages/template.ts';
import { addVary } from '../http/vary.ts';

interface Maintenance {
  readonly enable: boolean;
  readonly page?: string | undefined;
  readonly retry_after: number;
}

interface Options {
  /** The folder of the app's files. */
  readonly root: string;
  /** Those of `error_pages`. */
  readonly variables: Variables;
  readonly log: Log;
}

const status = 503;
const message = 'this service is under maintenance';

export function maintenance(config: Maintenance, { root, variables, log }: Options): Middleware | null {
  if (!config.enable) return null;
  const page = config.page === undefined ? null : readPage(config.page, { root, variables, log });
  return async function maintenance(req, next) {
    if (req.context.sender === 'probe') return next(req);
    const error = new HttpError(503, 'UP_MAINTENANCE', message, {}, [['retry-after', String(config.retry_after)]]);
    const res = errorResponse(error, req.context.requestId);
    return withBody({ ...res, headers: addVary(res.headers, ['accept']) }, req, page, variables);
  };
}

function withBody(res: HttpResponse, req: HttpRequest, page: Page | null, variables: Variables): HttpResponse {
  const values = { status, requestId: req.context.requestId };
  switch (negotiate(joinedHeader(req.headers, 'accept'), ['application/json', 'text/html', 'text/plain'])) {
    case 'text/html':
      if (page) return replaced(res, 'text/html', page(values));
      return replaced(res, 'text/html', builtInPage(values, variables), builtInHeaders);
    case 'text/plain':
      return replaced(res, 'text/plain', `${message}\n`);
    default:
      return res;
  }
}

function replaced(res: HttpResponse, type: string, text: string, fields: Headers = []): HttpResponse {
  const body = Buffer.from(text);
  const kept = res.headers.filter(([name]) => !name.startsWith('content-'));
  const described: Headers = [
    ['content-type', `${type}; charset=utf-8`],
    ['content-length', String(body.length)],
  ];
  return { ...res, headers: [...kept, ...described, ...fields], body };
}
