/** Invoke: checks what Lambda's front end checks, and hands the event to the engine. */
import { isRecord } from '../../../http/json.ts';
import { maxPayloadBytes } from '../../lambda/invocation.ts';
import type { InvokeRequest } from '../../model.ts';
import { type Call, type Output, RawReply } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkChoice, type Input } from '../input.ts';
import type { WireRequest } from '../wire/wire.ts';
import { findTarget } from './find.ts';
import { read, readName, validation } from './names.ts';
import { checkInvocable } from './states.ts';

const maxLogTailBytes = 4096;
const nothing = Buffer.alloc(0);

/** The parts of the request that are neither path nor query. */
export function readInvocation({ headers, body }: WireRequest): Record<string, unknown> {
  return {
    InvocationType: headers['x-amz-invocation-type'],
    LogType: headers['x-amz-log-type'],
    ClientContext: headers['x-amz-client-context'],
    Payload: body,
  };
}

export async function invoke(call: Call, input: Input): Promise<Output> {
  const name = readName(input);
  const type = read.text(input, 'InvocationType') ?? 'RequestResponse';
  checkChoice(validation, 'InvocationType', type, ['RequestResponse', 'Event', 'DryRun']);
  const logType = read.text(input, 'LogType') ?? 'None';
  checkChoice(validation, 'LogType', logType, ['None', 'Tail']);
  const { version } = findTarget(call.store.state, name);
  checkInvocable(version, call.now());
  if (type === 'DryRun') return new RawReply(204, { 'x-amzn-requestid': call.requestId }, nothing);
  const clientContext = readClientContext(input);
  const request = {
    functionName: name.name,
    qualifier: name.qualifier ?? '$LATEST',
    payload: readPayload(input, type),
    // Of synchronous invocations alone: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    ...(clientContext !== undefined && type === 'RequestResponse' && { clientContext }),
    withLog: logType === 'Tail',
  };
  return type === 'Event' ? invokeLater(call, request, version.Version) : invokeNow(call, request);
}

function readPayload(input: Input, type: string): Uint8Array {
  const payload = Buffer.isBuffer(input.Payload) ? input.Payload : nothing;
  const limit = type === 'Event' ? maxPayloadBytes.Event : maxPayloadBytes.RequestResponse;
  if (payload.length > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `${payload.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
    );
  if (payload.length === 0) return Buffer.from('{}');
  checkJson(payload);
  return payload;
}

/** As JSON in ASCII, which a header field of the Runtime API can hold. */
function readClientContext(input: Input): string | undefined {
  const encoded = read.text(input, 'ClientContext');
  if (encoded === undefined) return undefined;
  const value = parseOrNull(Buffer.from(encoded, 'base64').toString('utf8'));
  if (!isRecord(value))
    throw new AwsError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.');
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function checkJson(payload: Buffer): void {
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

/** The client of an asynchronous invocation never hears how it ended; the function's log does. */
async function invokeLater({ events, requestId }: Call, request: InvokeRequest, version: string): Promise<RawReply> {
  await events.put(request);
  return new RawReply(202, { 'x-amzn-requestid': requestId, 'x-amz-executed-version': version }, nothing);
}

async function invokeNow({ engine }: Call, request: InvokeRequest): Promise<RawReply> {
  const result = await engine.invoke(request);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-requestid': result.requestId,
    'x-amz-executed-version': result.executedVersion,
  };
  if (result.functionError !== undefined) headers['x-amz-function-error'] = result.functionError;
  if (request.withLog)
    headers['x-amz-log-result'] = Buffer.from(result.logTail).subarray(-maxLogTailBytes).toString('base64');
  return new RawReply(200, headers, result.payload);
}
