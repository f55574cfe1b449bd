/** Reads as much of a refused event as its log record needs: unchecked, and never passed on. */
import { isRecord } from '../../http/json.ts';
import type { HttpRequest } from '../../http/message.ts';
import { type Invocation, toContext } from './invocation.ts';

/** The formats name these members differently; the first that is a string counts. '' for what is missing. */
export function askedFor(event: unknown, invocation: Invocation): HttpRequest {
  const { requestContext, ...fields } = isRecord(event) ? event : {};
  const { http, identity } = isRecord(requestContext) ? requestContext : {};
  const inContext = { ...(isRecord(identity) && identity), ...(isRecord(http) && http) };
  const query = first(fields.rawQueryString);
  return {
    method: first(inContext.method, fields.httpMethod, fields.method),
    target: `${first(fields.rawPath, fields.path, fields.raw_path)}${query && `?${query}`}`,
    headers: [],
    body: null,
    context: toContext(invocation, { clientIp: first(inContext.sourceIp), platform: null }),
  };
}

function first(...values: readonly unknown[]): string {
  return values.find((value) => typeof value === 'string') ?? '';
}
