/**
 * Smithy RPC v2 with CBOR: the operation in the path, `/service/NAME/operation/DescribeAlarms`.
 *
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import type { Wire, WireRequest } from './wire.ts';

/** What requests and answers name it by, in the field `smithy-protocol`. */
const protocol = 'rpc-v2-cbor';

export function speaksCbor({ headers }: Pick<WireRequest, 'headers'>): boolean {
  return headers['smithy-protocol'] === protocol;
}

/** The wire of a service in whose answers `isTime` tells which members are times, in seconds. */
export function createRpcCbor(isTime: (member: string) => boolean): Wire {
  return {
    parse({ path, body }) {
      const operation = /\/operation\/(\w+)$/.exec(path)?.[1] ?? '';
      return { operation, input: parseCbor(body), status: 200 };
    },
    answer({ status }, output, requestId) {
      return { status, headers: headersOf(requestId), body: encodeCbor(output ?? {}, isTime) };
    },
    fail(error, requestId) {
      const body = { __type: error.code, message: error.message, ...error.fields };
      return { status: error.status, headers: headersOf(requestId), body: encodeCbor(body, isTime) };
    },
  };
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'application/cbor', 'smithy-protocol': protocol, 'x-amzn-requestid': requestId };
}

function parseCbor(body: Buffer): Input {
  if (body.length === 0) return {};
  const value = decodeCbor(body);
  if (!isRecord(value)) throw new AwsError('SerializationException', 'The request body is not a map');
  return value;
}
