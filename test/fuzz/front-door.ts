/** Results read as the front doors read them. Written from the documentation, with nothing of the proxy in it. */
import { must } from './loop.ts';

export interface Delivered {
  readonly status: number;
  /** By name in lower case; repeats joined with ", ". No Set-Cookie. */
  readonly fields: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

type Json = Record<string, unknown>;

/** What each format's result may hold, and the bytes its front door takes. */
const shapes: Readonly<Record<string, { readonly members: readonly string[]; readonly limit: number }>> = {
  'payload-v2': { members: ['statusCode', 'headers', 'cookies', 'body', 'isBase64Encoded'], limit: 6_291_556 },
  'payload-v1': { members: ['statusCode', 'multiValueHeaders', 'body', 'isBase64Encoded'], limit: 6_291_556 },
  alb: {
    members: ['statusCode', 'statusDescription', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'],
    limit: 1_048_576,
  },
  'lattice-v2': {
    members: ['statusCode', 'statusDescription', 'headers', 'body', 'isBase64Encoded'],
    limit: 6_291_556,
  },
  'lattice-v1': {
    members: ['statusCode', 'statusDescription', 'headers', 'body', 'isBase64Encoded'],
    limit: 6_291_556,
  },
};

/** Throws where the front door would answer 502 instead. */
export function readResult(format: string, json: string, multiValue: boolean): Delivered {
  const shape = shapes[format];
  must(shape !== undefined, () => `no front door reads ${format}`);
  must(Buffer.byteLength(json) <= shape.limit, () => `a result of ${json.length} bytes for ${format}`);
  const result = JSON.parse(json);
  must(isObject(result), () => `the result is no object: ${json.slice(0, 200)}`);
  for (const key of Object.keys(result)) {
    must(shape.members.includes(key), () => `${format} does not know the member ${key}`);
  }
  must(typeof result.body === 'string', () => 'the body is no text');
  must(typeof result.isBase64Encoded === 'boolean', () => 'isBase64Encoded is no boolean');
  const { statusDescription } = result;
  if (shape.members.includes('statusDescription')) {
    const expected = typeof statusDescription === 'string' && statusDescription.startsWith(`${result.statusCode} `);
    must(expected, () => `the statusDescription ${statusDescription} of ${result.statusCode}`);
  }
  if (format === 'alb') {
    const right = multiValue ? 'multiValueHeaders' : 'headers';
    must(right in result && !((multiValue ? 'headers' : 'multiValueHeaders') in result), () => `ALB wants ${right}`);
  }
  return { ...readHead(format, result), body: readBody(result.body, result.isBase64Encoded) };
}

/** The head of a streamed answer: JSON and eight NUL. */
export function readPrelude(format: string, bytes: Buffer): Omit<Delivered, 'body'> {
  const end = bytes.indexOf(0);
  must(end > 0 && bytes.length === end + 8, () => 'the prelude does not end with eight NUL');
  const prelude = JSON.parse(bytes.toString('utf8', 0, end));
  must(isObject(prelude), () => 'the prelude is no object');
  for (const key of Object.keys(prelude)) {
    must(['statusCode', 'headers', 'multiValueHeaders', 'cookies'].includes(key), () => `a prelude with ${key}`);
  }
  return readHead(format, prelude);
}

function readHead(format: string, result: Json): Omit<Delivered, 'body'> {
  const status = result.statusCode;
  const valid = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599;
  must(valid, () => `the status ${status}`);
  const fields = new Map<string, string>();
  const cookies: string[] = [];
  for (const [name, value] of pairsOf(result)) {
    must(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name), () => `the field name ${JSON.stringify(name)}`);
    must(!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value), () => `the value ${JSON.stringify(value)} of ${name}`);
    const lower = name.toLowerCase();
    const before = fields.get(lower);
    if (lower === 'set-cookie') cookies.push(value);
    else fields.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  if (result.cookies !== undefined) {
    must(format === 'payload-v2' && cookies.length === 0, () => `cookies in ${format}`);
    must(Array.isArray(result.cookies) && result.cookies.every(isText), () => 'cookies are no list of texts');
    cookies.push(...result.cookies);
  }
  return { status, fields, cookies };
}

function pairsOf({ headers, multiValueHeaders }: Json): [string, string][] {
  const pairs: [string, string][] = [];
  if (headers !== undefined) {
    must(isObject(headers), () => 'headers is no object');
    for (const [name, value] of Object.entries(headers)) {
      must(isText(value), () => `the value of ${name} is no text`);
      pairs.push([name, value]);
    }
  }
  if (multiValueHeaders !== undefined) {
    must(isObject(multiValueHeaders), () => 'multiValueHeaders is no object');
    for (const [name, values] of Object.entries(multiValueHeaders)) {
      must(Array.isArray(values) && values.every(isText), () => `the values of ${name} are no list of texts`);
      for (const value of values) pairs.push([name, value]);
    }
  }
  return pairs;
}

function readBody(body: string, isBase64Encoded: boolean): Buffer {
  if (!isBase64Encoded) return Buffer.from(body, 'utf8');
  const bytes = Buffer.from(body, 'base64');
  must(bytes.toString('base64') === body, () => 'the body is not base64 as it is written');
  return bytes;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
