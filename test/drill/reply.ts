/** One reply of the function as the platform got it, and whether it has the form that the platform takes. */
import type { Outcome } from '../../local/lambda/environment.ts';

export interface Reply {
  readonly requestId: string;
  readonly token: string;
  readonly method: string;
  /** 0 when the invocation failed. */
  readonly status: number;
  /** Of an error of ours. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What the app said; null when the answer is not its own, or not whole. */
  readonly app: AppAnswer | null;
  readonly body: Buffer;
  /** The platform's or the function's error type, when the invocation failed. */
  readonly failure: string | null;
  readonly failureMessage: string;
  /** What the trailers of a stream say that broke off. */
  readonly cut: string | null;
  /** Milliseconds from the moment the runtime had it. */
  readonly took: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface AppAnswer {
  readonly token: string;
  readonly method: string;
  readonly requestId: string;
  readonly pid: number;
  readonly api: string | null;
  readonly size: number;
  readonly connections: number;
}

export interface Sent {
  readonly token: string;
  readonly method: string;
}

type Raw = Pick<Reply, 'status' | 'headers' | 'body' | 'failure' | 'failureMessage' | 'cut'>;

export async function readReply(outcome: Outcome, sent: Sent, started: () => number): Promise<Reply> {
  const raw = await readRaw(outcome);
  const at = Date.now();
  const json = parse(raw.body);
  const ours = typeof json?.code === 'string' && 'requestId' in json && !('token' in json);
  if (ours && json?.requestId !== outcome.requestId)
    throw new Error(`an error of another request: ${json?.requestId}, not ${outcome.requestId}`);
  return {
    ...sent,
    ...raw,
    requestId: outcome.requestId,
    code: ours ? String(json?.code) : null,
    app: json !== null && 'token' in json ? (json as unknown as AppAnswer) : null,
    at,
    took: at - started(),
  };
}

async function readRaw({ payload, stream, functionError }: Outcome): Promise<Raw> {
  if (stream) return readStream(stream);
  const text = payload.toString('utf8');
  const result = parse(payload);
  if (result === null) throw new Error(`the result is not an object: ${text.slice(0, 200)}`);
  if (functionError) return failed(String(result.errorType), String(result.errorMessage));
  const { statusCode, headers, body, isBase64Encoded } = checked(result, text);
  const bytes = Buffer.from(String(body ?? ''), isBase64Encoded ? 'base64' : 'utf8');
  return { status: statusCode, headers, body: bytes, failure: null, failureMessage: '', cut: null };
}

async function readStream({ body, ended }: NonNullable<Outcome['stream']>): Promise<Raw> {
  const chunks: Buffer[] = [];
  let broken: unknown = null;
  try {
    for await (const chunk of body) chunks.push(chunk as Buffer);
  } catch (error) {
    broken = error;
  }
  const trailer = await ended;
  const bytes = Buffer.concat(chunks);
  if (broken !== null) return failed('stream broken off', String(broken));
  const end = bytes.indexOf(Buffer.alloc(8));
  if (end === -1) throw new Error(`a stream without a prelude: ${bytes.toString('utf8', 0, 200)}`);
  const prelude = parse(bytes.subarray(0, end));
  if (prelude === null) throw new Error(`a prelude that is not JSON: ${bytes.toString('utf8', 0, end)}`);
  const { statusCode, headers } = checked(prelude, bytes.toString('utf8', 0, end));
  const rest = bytes.subarray(end + 8);
  return {
    status: statusCode,
    headers,
    body: rest,
    failure: null,
    failureMessage: '',
    cut: trailer?.errorType ?? null,
  };
}

function failed(failure: string, failureMessage: string): Raw {
  return { status: 0, headers: {}, body: Buffer.alloc(0), failure, failureMessage, cut: null };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
function checked(result: Record<string, unknown>, text: string) {
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  const isStatus = Number.isInteger(statusCode) && Number(statusCode) >= 200 && Number(statusCode) <= 599;
  const areStrings = (values: unknown) => Object.values(values as object).every((value) => typeof value === 'string');
  const fits = isStatus && areStrings(headers) && Array.isArray(cookies) && areStrings(cookies);
  if (!fits || typeof body !== 'string' || typeof isBase64Encoded !== 'boolean')
    throw new Error(`a result that is none: ${text.slice(0, 300)}`);
  return { statusCode: Number(statusCode), headers: headers as Record<string, string>, body, isBase64Encoded };
}

function parse(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
