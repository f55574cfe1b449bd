/**
 * REST XML: the operation is in the method and path, its input in path, query and an XML body.
 *
 * https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
import { isRecord } from '../../../http/json.ts';
import type { Input } from '../input.ts';
import { createFinder, type Route, toQuery } from './rest-json.ts';
import type { Wire } from './wire.ts';
import { parseXml, toXml } from './xml.ts';

export interface RestXmlOptions {
  readonly routes: readonly Route[];
  readonly namespace: string;
}

/** The root of an answer is named after its operation. */
export function createRestXml({ routes, namespace }: RestXmlOptions): Wire {
  const find = createFinder(routes);
  return {
    parse(req) {
      const found = find(req);
      if (!found) return { operation: `${req.method} ${req.path}`, status: 404, input: {} };
      const input = { ...readBody(req.body), ...toQuery(req.query), ...found.params };
      return { operation: found.route[2], status: found.route[3], input };
    },
    answer({ operation, status }, output, requestId) {
      const root = `${operation}Response`;
      const body = `<?xml version="1.0"?>\n<${root} xmlns="${namespace}">${toXml(output ?? {})}</${root}>`;
      return { status, headers: headersOf(requestId), body };
    },
    fail(error, requestId) {
      const detail = toXml({
        Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
        RequestId: requestId,
      });
      const body = `<?xml version="1.0"?>\n<ErrorResponse xmlns="${namespace}">${detail}</ErrorResponse>`;
      return { status: error.status, headers: headersOf(requestId), body };
    },
  };
}

function readBody(body: Buffer): Input {
  const value = body.length === 0 ? {} : parseXml(body.toString('utf8')).value;
  return isRecord(value) ? value : {};
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}
