/**
 * AWS JSON 1.0 and 1.1: one path, the operation in X-Amz-Target. Every client error is 400.
 *
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import type { Wire } from './wire.ts';

export const jsonWire: Wire = createJson('1.1');

export function createJson(version: '1.0' | '1.1'): Wire {
  const headersOf = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    parse({ headers, body }) {
      const target = headers['x-amz-target'];
      const operation = typeof target === 'string' ? target.slice(target.indexOf('.') + 1) : '';
      return { operation, input: parseJson(body), status: 200 };
    },
    answer({ status }, output, requestId) {
      return { status, headers: headersOf(requestId), body: output ? JSON.stringify(output) : '' };
    },
    fail(error, requestId) {
      const body = { __type: error.code, message: error.message, ...error.fields };
      return {
        status: error.status < 500 ? 400 : error.status,
        headers: headersOf(requestId),
        body: JSON.stringify(body),
      };
    },
  };
}

/** A JSON object, or an empty one when there is no body. */
export function parseJson(body: Buffer): Input {
  if (body.length === 0) return {};
  const value = readJson(body);
  if (!isRecord(value)) throw new AwsError('SerializationException', 'The request body is not a JSON object');
  return value;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The caller names the problem.
    return undefined;
  }
}
