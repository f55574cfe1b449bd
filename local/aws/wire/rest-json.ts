/**
 * REST JSON: the operation is in the method and path, its input in path, query and body.
 *
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
import { AwsError } from '../error.ts';
import { parseJson } from './json.ts';
import type { Wire, WireCall, WireRequest } from './wire.ts';

/** Method, path pattern, operation, status of success. */
export type Route = readonly [method: string, pattern: string, operation: string, status: number];

export interface RestJsonOptions {
  readonly routes: readonly Route[];
  /** Operations that read bytes or headers: their input besides path and query. */
  readonly raw?: Readonly<Record<string, (req: WireRequest) => Record<string, unknown>>>;
  readonly errorBody: (error: AwsError) => Record<string, string>;
}

export function createRestJson({ routes, raw = {}, errorBody }: RestJsonOptions): Wire {
  const find = createFinder(routes);
  return {
    parse(req): WireCall {
      const found = find(req);
      if (!found) return { operation: `${req.method} ${req.path}`, status: 404, input: {} };
      const [, , operation, status] = found.route;
      const body = raw[operation]?.(req) ?? parseJson(req.body);
      return { operation, status, input: { ...body, ...toQuery(req.query), ...found.params } };
    },
    answer({ status }, output, requestId) {
      const body = output && status !== 204 ? JSON.stringify(output) : '';
      return { status, headers: headersOf(requestId), body };
    },
    fail(error, requestId) {
      const retry = error.code === 'TooManyRequestsException' ? { 'retry-after': '1' } : {};
      const headers = { ...headersOf(requestId), ...retry, 'x-amzn-errortype': error.code };
      return { status: error.status, headers, body: JSON.stringify(errorBody(error)) };
    },
  };
}

export interface FoundRoute {
  readonly route: Route;
  /** What its path holds. */
  readonly params: Record<string, string>;
}

/** Finds the route of a request; null when there is none. */
export function createFinder(
  routes: readonly Route[],
): (req: Pick<WireRequest, 'method' | 'path'>) => FoundRoute | null {
  const compiled = routes.map((route) => ({ route, segments: toSegments(route[1]) }));
  return function find({ method, path }) {
    const given = toSegments(path).map(decode);
    for (const { route, segments } of compiled) {
      const params = route[0] === method ? matchPath(segments, given) : null;
      if (params) return { route, params };
    }
    return null;
  };
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
}

/** Some of AWS's paths end in a slash, and SDKs differ in sending it. */
function toSegments(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('SerializationException', `The path segment "${segment}" is not valid percent-encoding`);
  }
}

function matchPath(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (pattern.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = path[index] ?? '';
    if (part.startsWith('{')) {
      if (value === '') return null;
      params[part.slice(1, -1)] = value;
    } else if (part !== value) return null;
  }
  return params;
}

/** A repeated parameter is a list. */
export function toQuery(query: URLSearchParams): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    result[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return result;
}
