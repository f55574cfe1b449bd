/** VPC Lattice, both versions. https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html */
import { isRecord } from '../../http/json.ts';
import type { HttpRequest } from '../../http/message.ts';
import { joinCookies, lastForwarded, multiPairs, readBody, readHeaders, readMethod, text } from './fields.ts';
import { type Format, maxLambdaResultBytes, noPrelude, type WholeResponse } from './format.ts';
import { type Invocation, toContext } from './invocation.ts';
import { cookiesByCase, joinedHeaders, resultJson, resultParts, statusDescription } from './result.ts';
import { queryFromRaw, targetFromRaw } from './target.ts';

export interface LatticeV2 {
  readonly version: '2.0';
  readonly path?: unknown;
  readonly method?: unknown;
  readonly headers?: unknown;
  readonly queryStringParameters?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext: { readonly serviceArn: string };
}

export interface LatticeV1 {
  readonly raw_path: string;
  readonly method: string;
  readonly headers?: unknown;
  readonly query_string_parameters?: unknown;
  readonly body?: unknown;
  readonly is_base64_encoded?: unknown;
}

export function isLatticeV2(event: Record<string, unknown>): event is Record<string, unknown> & LatticeV2 {
  return (
    event.version === '2.0' && isRecord(event.requestContext) && typeof event.requestContext.serviceArn === 'string'
  );
}

export function isLatticeV1(event: Record<string, unknown>): event is Record<string, unknown> & LatticeV1 {
  return typeof event.raw_path === 'string' && typeof event.method === 'string';
}

export function latticeV2(event: LatticeV2): Format {
  const { path, method, headers, queryStringParameters, body, isBase64Encoded, requestContext } = event;
  const parts = { path, method, headers, parameters: queryStringParameters, body, isBase64Encoded };
  return lattice('lattice-v2', parts, requestContext);
}

export function latticeV1(event: LatticeV1): Format {
  const { raw_path, method, headers, query_string_parameters, body, is_base64_encoded } = event;
  const parts = {
    path: raw_path,
    method,
    headers,
    parameters: query_string_parameters,
    body,
    isBase64Encoded: is_base64_encoded,
  };
  return lattice('lattice-v1', parts, null);
}

interface Parts {
  readonly path: unknown;
  readonly method: unknown;
  readonly headers: unknown;
  readonly parameters: unknown;
  readonly body: unknown;
  readonly isBase64Encoded: unknown;
}

function lattice(name: Format['name'], parts: Parts, platform: unknown): Format {
  return {
    name,
    toRequest: (invocation) => toRequest(parts, platform, invocation),
    toResult,
    toJson: resultJson,
    toPrelude: noPrelude,
    maxResultBytes: maxLambdaResultBytes,
    streams: false,
  };
}

function toRequest(parts: Parts, platform: unknown, invocation: Invocation): HttpRequest {
  // Captures have lists where the schema says strings, and the other way round; multiPairs takes both.
  const headers = readHeaders(joinCookies(multiPairs(parts.headers)), '');
  return {
    method: readMethod(parts.method),
    target: target(parts),
    headers,
    body: readBody(parts.body, parts.isBase64Encoded),
    context: toContext(invocation, { clientIp: lastForwarded(headers), platform }),
  };
}

/** The path may hold the query; where it does not, the parameters are all there is. */
function target({ path, parameters }: Parts): string {
  const given = text(path);
  const mark = given.indexOf('?');
  if (mark !== -1) return targetFromRaw(given.slice(0, mark), given.slice(mark + 1));
  return targetFromRaw(given, queryFromRaw(multiPairs(parameters)));
}

function toResult(res: WholeResponse, method: string): object {
  const { headers, cookies, encoded } = resultParts(res, method);
  return {
    statusCode: res.status,
    statusDescription: statusDescription(res.status),
    headers: { ...joinedHeaders(headers), ...cookiesByCase(cookies) },
    ...encoded,
  };
}
