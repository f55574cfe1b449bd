/**
 * Bent events through the conversion and the real relay to an ordinary app in this process, which answers whatever the
 * case says. What is looked at: the request that arrived, and the answer as its front door reads it.
 *
 * One file, because what is bent and what must be left of it are told side by side.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { type Headers, withoutHopByHop } from '../../http/headers.ts';
import type { Handler, HttpRequest } from '../../http/message.ts';
import { type Answer, answer } from '../../proxy/events/answer.ts';
import { detect } from '../../proxy/events/detect.ts';
import { type EventSettings, InvocationFailure } from '../../proxy/events/format.ts';
import { preludeBytes } from '../../proxy/events/prelude.ts';
import { httpApp, proxyTo } from '../proxy/wire.ts';
import { type Delivered, readPrelude, readResult } from './front-door.ts';
import { must, type Target } from './loop.ts';
import { type Corpus, type Mutation, mutate, mutation } from './mutate.ts';

/** What the app answers. */
interface AppAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly type: string;
  readonly coding: string;
  readonly body: Uint8Array;
  readonly chunked: boolean;
}

export interface EventCase {
  readonly base: number;
  readonly mutations: readonly Mutation[];
  readonly app: AppAnswer;
  readonly stream: boolean;
  readonly path: string;
}

/** Bytes that HTTP allows in a value, without spaces around them. */
const fieldValue = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => Buffer.from(bytes.map((byte) => ((byte & 0x7f) < 0x21 || byte === 0x7f ? 0x41 : byte))))
  .map((bytes) => bytes.toString('latin1'));

const appAnswer: fc.Arbitrary<AppAnswer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 201, 204, 206, 302, 304, 400, 404, 418, 431, 500, 503, 599, 600, 999),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom(
        'x-a',
        'X-A',
        'vary',
        'etag',
        'location',
        'set-cookie',
        'Set-Cookie',
        '__proto__',
        'constructor',
        'server',
        'x-request-id',
        'proxy-authenticate',
        'x-amzn-trace-id',
      ),
      fc.oneof(fieldValue, fc.constantFrom('a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT', 'Zo\u00c3\u00ab', '')),
    ),
    { maxLength: 5 },
  ),
  type: fc.constantFrom('', 'text/plain', 'text/html; charset=iso-8859-1', 'application/json', 'image/png', 'a/b+json'),
  coding: fc.constantFrom('', '', '', 'gzip', 'identity'),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units): Uint8Array => Buffer.from(String.fromCharCode(...units))),
    fc.constantFrom<Uint8Array>(
      Buffer.from('{"a":[1,2,{"b":null}]}'),
      Buffer.from('<html>é'),
      Buffer.alloc(20_000, 0xfe),
    ),
  ),
  chunked: fc.boolean(),
});

function eventCase(corpus: Corpus): fc.Arbitrary<EventCase> {
  return fc.record({
    base: fc.nat(corpus.length - 1),
    mutations: fc.array(mutation, { maxLength: 4 }),
    app: appAnswer,
    stream: fc.boolean(),
    path: fc.constantFrom('', '', '/api', '/capture'),
  });
}

/** One run of a case, from both ends. */
interface Run {
  readonly app: AppAnswer;
  /** What the conversion made of the event. */
  handled: HttpRequest | null;
  /** What arrived. */
  readonly seen: { readonly req: IncomingMessage; readonly body: Buffer }[];
}

export interface EventFuzzer extends Target<EventCase> {
  close(): Promise<void>;
}

export async function eventFuzzer(corpus: Corpus): Promise<EventFuzzer> {
  const runs = new Map<string, Run>();
  const strangers: string[] = [];
  let count = 0;

  const app = await httpApp(
    (req, res) => {
      const run = runs.get(String(req.headers['x-request-id']));
      if (!run) strangers.push(`${req.method} ${req.url} ${req.rawHeaders.join(' ')}`);
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        run?.seen.push({ req, body: Buffer.concat(chunks) });
        send(
          res,
          run?.app ?? { status: 500, headers: [], type: '', coding: '', body: Buffer.alloc(0), chunked: false },
        );
      });
    },
    (error: Error & { code?: string }) => {
      // Methods that Node does not know are legal HTTP all the same.
      if (error.code !== 'HPE_INVALID_METHOD' && error.code !== 'ECONNRESET') strangers.push(String(error));
    },
  );
  const proxy = proxyTo(app.port);

  async function run({ base, mutations, app: appAnswers, stream, path }: EventCase): Promise<void> {
    const event = mutate(corpus[base]?.json ?? 'null', mutations);
    const id = `fuzz-${count++}`;
    const current: Run = { app: appAnswers, handled: null, seen: [] };
    runs.set(id, current);
    const events: EventSettings = { path, events_path: '/events', error_statuses: [503, '500-502'] };
    const handler: Handler = (req) => {
      current.handled = req;
      return proxy(req);
    };
    const invocation = { requestId: id, stage: 'staging', deadline: Date.now() + 5_000, cold: false };
    const answered = await answer(event, invocation, { handler, events, stream, onRefusal() {} }).catch(failure);
    runs.delete(id);
    checkRequest(event, id, path, current);
    await checkAnswer(event, answered, events, current);
    must(strangers.length === 0, () => `the app got a request that was not ours: ${strangers.splice(0).join('; ')}`);
  }

  return { arbitrary: eventCase(corpus), lanes: 24, run, close: app.close };
}

function failure(error: unknown): InvocationFailure {
  if (error instanceof InvocationFailure) return error;
  throw error;
}

function send(res: ServerResponse, { status, headers, type, coding, body, chunked }: AppAnswer): void {
  const fields = headers.flat();
  if (type !== '') fields.push('content-type', type);
  if (coding !== '') fields.push('content-encoding', coding);
  if (!chunked) fields.push('content-length', String(body.length));
  res.sendDate = false;
  res.writeHead(status, fields);
  if (chunked && body.length > 1) res.write(body.subarray(0, body.length >> 1));
  res.end(chunked && body.length > 1 ? body.subarray(body.length >> 1) : body);
}

const owned = ['x-request-id', 'x-stage', 'x-context'];
/** Where something was taken off the path. */
const prefix = 'x-forwarded-prefix';
/** Connection and framing: the relay's own. */
const computed = ['connection', 'content-length'];

function checkRequest(event: unknown, id: string, path: string, { handled, seen }: Run): void {
  must(seen.length <= 1, () => `the app got ${seen.length} requests for one event`);
  const [arrived] = seen;
  if (!arrived) return;
  must(handled !== null, () => 'the app got a request that nobody made');
  const { req, body } = arrived;
  must(/^\/[\u0021-\u007e]*$/.test(handled.target), () => `the target ${JSON.stringify(handled.target)}`);
  must(req.url === handled.target, () => `the proxy saw ${handled.target} and the app ${req.url}`);
  must(req.method === handled.method, () => `the proxy saw ${handled.method} and the app ${req.method}`);
  must(body.equals(bodyOf(event)), () => `the body ${body.toString('latin1').slice(0, 200)}`);
  const fields = pairs(req.rawHeaders);
  const values = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
  must(values('x-request-id').join() === id, () => `x-request-id ${values('x-request-id')}`);
  must(values('x-stage').join() === 'staging', () => `x-stage ${values('x-stage')}`);
  must(values('x-context').length === 1, () => `x-context ${values('x-context')}`);
  must(sameJson(JSON.parse(values('x-context')[0] ?? ''), contextOf(event)), () => `x-context ${values('x-context')}`);
  must(values('host').length === 1, () => `host ${values('host')}`);
  must(values('transfer-encoding').length === 0, () => 'a request in chunks');
  const length = values('content-length');
  must(length.length <= 1 && Number(length[0] ?? 0) === body.length, () => `content-length ${length}`);
  const { basePath } = handled.context;
  must(basePath === undefined || basePath === path, () => `the base path ${basePath} instead of ${path}`);
  must(basePath === undefined || values(prefix).join() === basePath, () => `${prefix} ${values(prefix)}`);
  checkFields(fields, handled.headers, basePath === undefined ? owned : [...owned, prefix]);
}

/** Nothing is on the wire that the conversion did not hand over, in its order, and nothing is lost without a reason. */
function checkFields(fields: Headers, handed: Headers, set: readonly string[]): void {
  const arrived = fields.filter(([name]) => !set.includes(name) && !computed.includes(name));
  const reserved = /^(?:x-amzn-(?:request|lambda)-context|x-amz-tenant-id)$/;
  const expected = withoutHopByHop(handed)
    .map(([name, value]): [string, string, string] => [name, value, name.replaceAll('_', '-')])
    .filter(([, , spelt]) => !reserved.test(spelt) && !set.includes(spelt))
    .filter(([name]) => !['content-length', 'expect', 'http2-settings'].includes(name))
    .map(([name, value]): [string, string] => [name, value.replace(/^[\t ]+|[\t ]+$/g, '')]);
  must(sameJson(arrived, expected), () => `fields ${JSON.stringify(arrived)} instead of ${JSON.stringify(expected)}`);
}

type Members = Record<string, unknown>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formatOf(event: unknown): string {
  return detect(event, { path: '', events_path: '/events', error_statuses: [] }).name;
}

/** The bytes that the event holds as its body. */
function bodyOf(event: unknown): Buffer {
  const format = formatOf(event);
  if (!isMembers(event) || format === 'other' || format === 'websocket') {
    return Buffer.from(JSON.stringify(event ?? null));
  }
  const { body } = event;
  const base64 = format === 'lattice-v1' ? event.is_base64_encoded : event.isBase64Encoded;
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  return Buffer.from(body, base64 ? 'base64' : 'utf8');
}

function contextOf(event: unknown): unknown {
  const none = ['lattice-v1', 'other'].includes(formatOf(event));
  return isMembers(event) && !none ? (event.requestContext ?? null) : null;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function pairs(raw: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i]?.toLowerCase() ?? '', raw[i + 1] ?? '']);
  return list;
}

async function checkAnswer(
  event: unknown,
  answered: Answer | InvocationFailure,
  events: EventSettings,
  run: Run,
): Promise<void> {
  const format = formatOf(event);
  if (format === 'other' || format === 'websocket') {
    checkOther(answered, events, run);
    return;
  }
  must(!(answered instanceof InvocationFailure), () => `a request failed its invocation: ${answered}`);
  if (answered.kind === 'stream') {
    const head = readPrelude(format, preludeBytes(answered.prelude));
    checkDelivered({ ...head, body: await read(answered.body) }, format, run);
    return;
  }
  const multiValue = isMembers(event) && isMembers(event.multiValueHeaders);
  checkDelivered(readResult(format, String(answered.json()), multiValue), format, run);
}

async function read(body: Extract<Answer, { kind: 'stream' }>['body']): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The app's JSON, or a failed invocation where its status or ours asks for one. */
function checkOther(answered: Answer | InvocationFailure, events: EventSettings, { app, seen }: Run): void {
  if (answered instanceof InvocationFailure) {
    const { errorType } = answered;
    const known = /^UP_[A-Z_]+$/.test(errorType);
    const deserved = seen.length === 0 || app.status >= 600 || [500, 503].includes(app.status);
    must(known && deserved, () => `the invocation failed with ${errorType} after ${app.status}`);
    return;
  }
  must(seen.length === 1 && answered.kind === 'whole', () => 'a result without an answer of the app');
  must(!events.error_statuses.includes(app.status), () => `${app.status} did not fail the invocation`);
  const text = app.status === 204 || app.status === 304 ? '' : Buffer.from(app.body).toString('utf8');
  must(
    sameJson(answered.value(), text === '' ? null : parse(text)),
    () => `the result ${JSON.stringify(answered.value())}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Dropped on the way back, by everyone or by REST. */
const dropped = ['content-length', 'proxy-authenticate', 'transfer-encoding', 'connection', 'keep-alive'];

function checkDelivered(delivered: Delivered, format: string, { app, handled, seen }: Run): void {
  const code = ownCode(delivered);
  if (seen.length === 0) {
    // Node refuses the methods it does not know by itself; then its 400 is the app's answer.
    const foreign = handled !== null && delivered.status === 400 && delivered.body.length === 0;
    // Our own refusal of a HEAD has no body to say so in.
    const head = handled?.method === 'HEAD' && delivered.status >= 400 && delivered.body.length === 0;
    must(code !== null || foreign || head, () => `no request, and yet ${delivered.status} ${delivered.body}`);
    return;
  }
  const status = app.status < 600 ? app.status : 502;
  must(delivered.status === status, () => `${app.status} became ${delivered.status} ${delivered.body}`);
  if (app.status >= 600) return;
  const bodiless = handled?.method === 'HEAD' || app.status === 204 || app.status === 304;
  const expected = bodiless ? Buffer.alloc(0) : Buffer.from(app.body);
  must(delivered.body.equals(expected), () => `the body became ${delivered.body.toString('base64').slice(0, 200)}`);
  checkAnsweredFields(delivered, format, app);
}

function checkAnsweredFields({ fields, cookies }: Delivered, format: string, app: AppAnswer): void {
  const isCookie = ([name]: readonly [string, string]) => name.toLowerCase() === 'set-cookie';
  const sent = app.headers.filter(isCookie).map(([, value]) => decode(value));
  must(sameJson(cookies, sent), () => `cookies ${JSON.stringify(cookies)} instead of ${JSON.stringify(sent)}`);
  const expected = new Map<string, string>();
  for (const [name, value] of app.headers.filter((header) => !isCookie(header))) {
    const lower = name.toLowerCase();
    if (dropped.includes(lower) || (format === 'payload-v1' && lower === 'server')) continue;
    const before = expected.get(lower);
    expected.set(lower, before === undefined ? decode(value) : `${before}, ${decode(value)}`);
  }
  if (app.type !== '' && app.status !== 204) expected.set('content-type', app.type);
  if (app.coding !== '') expected.set('content-encoding', app.coding);
  for (const [name, value] of expected) {
    must(fields.get(name) === value, () => `${name}: ${fields.get(name)} instead of ${value}`);
  }
  for (const name of fields.keys()) {
    const ours = name === 'content-type' || name === 'content-length';
    must(expected.has(name) || ours, () => `the field ${name}, which the app did not send`);
  }
}

/** The bytes of a value as JSON has to show them. */
function decode(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

function ownCode({ body }: Delivered): string | null {
  const answer = parse(body.toString('utf8'));
  return isMembers(answer) && typeof answer.code === 'string' && answer.code.startsWith('UP_') ? answer.code : null;
}
