/**
 * Answers made outside of the stack: to an event that cannot be turned into a request, and in place of an answer that
 * its front door does not take. They get the middleware that every answer gets, and a log record.
 */
import type { HttpError } from '../http/error.ts';
import { compose, type HttpRequest, type HttpResponse, type Middleware } from '../http/message.ts';
import { errors } from './errors.ts';
import { logs } from './logs.ts';
import { ofEveryAnswer, pagesOf, type StackOptions } from './stack.ts';

export interface Refusals {
  /** Answers with `error`, and records it. `req` is what is known of the request. */
  refused(req: HttpRequest, error: HttpError): Promise<HttpResponse>;
  /** `res` with what the stack adds to every answer. */
  dressed(req: HttpRequest, res: HttpResponse): Promise<HttpResponse>;
}

export function createRefusals({ log, features, dir, ...logging }: StackOptions): Refusals {
  let made: Promise<Middleware[]> | undefined;
  const recorded = logs({ config: features.logs, log, ...logging });

  /** Made when it is needed, which it hardly ever is. */
  function dressing(): Promise<Middleware[]> {
    made ??= dressingOf({ log, features, dir });
    return made;
  }

  return {
    async refused(req, error) {
      return compose([recorded, ...(await dressing()), errors(log)], () => Promise.reject(error))(req);
    },
    async dressed(req, res) {
      return compose(await dressing(), async () => res)(req);
    },
  };
}

async function dressingOf(options: StackOptions): Promise<Middleware[]> {
  const all = await Promise.all([...ofEveryAnswer(options.features), pagesOf(options)]);
  return all.filter((one) => one !== null);
}
