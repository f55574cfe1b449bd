/**
 * AWS JSON 1.1: one path, the operation in X-Amz-Target. Every client error is 400.
 *
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { isRecord } from '../record.ts';
import type { Wire } from './wire.ts';

export const jsonWire: Wire = {
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

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
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
