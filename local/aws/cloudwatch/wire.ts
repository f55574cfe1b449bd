/** CloudWatch's wire formats, of which each client speaks one: JSON, CBOR (Go), or forms and XML (older ones). */
import { createJson } from '../wire/json.ts';
import { createQuery } from '../wire/query.ts';
import { createRpcCbor, speaksCbor } from '../wire/rpc-cbor.ts';
import type { Wire, WireRequest } from '../wire/wire.ts';

export const cloudwatchWire: Wire = createJson('1.0');

const cborWire = createRpcCbor(isTime);
const queryWire = createQuery('http://monitoring.amazonaws.com/doc/2010-08-01/', isTime);

/** The wire format of one request. */
export function cloudwatchWireOf(req: Pick<WireRequest, 'headers'>): Wire {
  if (speaksCbor(req)) return cborWire;
  return req.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? queryWire : cloudwatchWire;
}

/** JSON has times as plain numbers; the other formats mark them. */
function isTime(member: string): boolean {
  return /(?:Timestamps?|^(?:Start|End)(?:Time|Date))$/.test(member);
}
