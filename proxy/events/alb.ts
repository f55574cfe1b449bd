/**
 * Application load balancers. An attribute of the target group decides which maps are sent, and the answer must come in
 * the same ones. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
import { isRecord } from '../../http/json.ts';
import type { HttpRequest } from '../../http/message.ts';
import { joinCookies, lastForwarded, multiPairs, readBody, readHeaders, readMethod, singlePairs } from './fields.ts';
import { type Format, noPrelude, type WholeResponse } from './format.ts';
import { type Invocation, toContext } from './invocation.ts';
import { cookiesByCase, groupedHeaders, joinedHeaders, resultJson, resultParts, statusDescription } from './result.ts';
import { queryFromRaw, targetFromRaw } from './target.ts';

export interface AlbEvent {
  readonly requestContext: { readonly elb: unknown };
  readonly httpMethod?: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly queryStringParameters?: unknown;
  readonly multiValueQueryStringParameters?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

export function isAlb(event: Record<string, unknown>): event is Record<string, unknown> & AlbEvent {
  return isRecord(event.requestContext) && isRecord(event.requestContext.elb);
}

/** A load balancer takes 1 MB of response JSON. */
const maxResultBytes = 1024 * 1024;

export function alb(event: AlbEvent): Format {
  const multiValue = isRecord(event.multiValueHeaders);
  return {
    name: 'alb',
    toRequest: (invocation) => toRequest(event, invocation),
    toResult: (res, method) => toResult(res, method, multiValue),
    toJson: resultJson,
    toPrelude: noPrelude,
    maxResultBytes,
    streams: false,
  };
}

function toRequest(event: AlbEvent, invocation: Invocation): HttpRequest {
  const pairs = isRecord(event.multiValueHeaders) ? multiPairs(event.multiValueHeaders) : singlePairs(event.headers);
  const parameters = event.multiValueQueryStringParameters ?? event.queryStringParameters;
  // A health check has no host; the load balancer itself says nothing of it either.
  const headers = readHeaders(joinCookies(pairs), '');
  return {
    method: readMethod(event.httpMethod),
    // Recorded: neither path nor query are decoded.
    target: targetFromRaw(event.path, queryFromRaw(multiPairs(parameters))),
    headers,
    body: readBody(event.body, event.isBase64Encoded),
    context: toContext(invocation, { clientIp: lastForwarded(headers), platform: event.requestContext }),
  };
}

function toResult(res: WholeResponse, method: string, multiValue: boolean): object {
  const { headers, cookies, encoded } = resultParts(res, method);
  const head = { statusCode: res.status, statusDescription: statusDescription(res.status) };
  if (!multiValue) return { ...head, headers: { ...joinedHeaders(headers), ...cookiesByCase(cookies) }, ...encoded };
  const multiValueHeaders = groupedHeaders(headers);
  if (cookies.length > 0) multiValueHeaders['set-cookie'] = [...cookies];
  return { ...head, multiValueHeaders, ...encoded };
}
