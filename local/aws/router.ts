/**
 * The one endpoint of the local platform: reads a request, finds service and operation, runs it in turn, saves the state,
 * answers in the service's own format. It checks that a request is signed as AWS wants it; what the caller may do is judged by
 * the policy, if there is one.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Store } from '../state.ts';
import type { Access, Attempt } from './access/access.ts';
import { checkBodySize, readBody } from './body.ts';
import { type Aws, type Call, createTurns, type Operation, type Output, RawReply } from './call.ts';
import { guessService, readScope } from './detect.ts';
import { isMissing } from './disk.ts';
import { AwsError, unknownOperation } from './error.ts';
import { isFromWebPage } from './guard.ts';
import type { Input } from './input.ts';
import { type Service, services } from './services.ts';
import { checkSignature } from './signature.ts';
import type { Throttle } from './throttle.ts';
import { jsonWire } from './wire/json.ts';
import { createQuery } from './wire/query.ts';
import { createRestJson } from './wire/rest-json.ts';
import { createRestXml } from './wire/rest-xml.ts';
import type { Wire, WireReply, WireRequest } from './wire/wire.ts';

export interface AwsOptions extends Omit<Aws, 'now'> {
  /** Epoch milliseconds. */
  readonly clock?: () => number;
  /**
   * Sees every call before it runs, `('lambda', 'PublishVersion', input)`. It may wait, which delays the call, and throw an
   * AwsError, which becomes the answer: throttling and denial are made of it.
   */
  readonly onCall?: (service: string, operation: string, input: Input) => void | Promise<void>;
  /** Called for every call before anything else, and throws for one too many; without it calls are not throttled. */
  readonly throttle?: Throttle;
  /** Without it everything is allowed. */
  readonly access?: Access;
}

type Who = Pick<Attempt, 'service' | 'region' | 'token'>;

/** The request handler of the endpoint. */
export function createAws(options: AwsOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const inTurn = createTurns();
  const { store, clock: now = Date.now, onCall, throttle, access, ...rest } = options;

  async function runOperation(service: Service, name: string, call: Call, input: Input, who: Who): Promise<Output> {
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    await onCall?.(service.name, name, input);
    throttle?.(service.name, name);
    if (!operation) throw unknownOperation(service.name, name);
    const withheld = operation.open ? [] : ((await access?.({ ...who, operation: name, input }, store.state)) ?? []);
    const output = operation.resource
      ? await runChange(operation, operation.resource(input), service, call, input)
      : await operation.run(call, input);
    return without(output, withheld);
  }

  async function runChange(operation: Operation, resource: string, service: Service, call: Call, input: Input) {
    const output = await inTurn(`${service.name} ${resource}`, async () => operation.run(call, input));
    await store.save();
    return output;
  }

  async function answer(req: WireRequest, endpoint: string): Promise<WireReply> {
    const requestId = randomUUID();
    const scope = readScope(req);
    const guessed = guessService(req);
    if (!scope && !guessed) return notFound(req);
    const service = services.get(scope?.service ?? guessed ?? '');
    const wire = service?.wireOf?.(req) ?? service?.wire ?? guessWire(req, scope?.service);
    try {
      if (!scope && !hasOpen(service)) throw missingToken(wire);
      checkBodySize(req);
      if (scope) checkSignature(req, scope.service, Date.now());
      const wireCall = wire.parse(req);
      if (!scope && !isOpen(service, wireCall.operation)) throw missingToken(wire);
      if (!service) throw unknownOperation(scope?.service ?? '', wireCall.operation);
      const call = { ...rest, store, now, requestId, endpoint };
      const who = {
        service: service.name,
        region: '',
        ...scope,
        token: String(req.headers['x-amz-security-token'] ?? ''),
      };
      const output = await runOperation(service, wireCall.operation, call, wireCall.input, who);
      return output instanceof RawReply ? output : wire.answer(wireCall, output, requestId);
    } catch (error) {
      return wire.fail(toAwsError(error), requestId);
    }
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const wireRequest = await readRequest(req);
    if (isFromWebPage(req.headers)) return send(res, plain(403, 'The local platform does not answer web pages'));
    const download =
      wireRequest.method === 'GET' ? /^\/_local\/code\/([0-9a-f]{64})\.zip$/.exec(wireRequest.path) : null;
    if (download?.[1]) return send(res, await readDownload(store, download[1]));
    if (wireRequest.method === 'GET' && wireRequest.path === messagesPath) return send(res, showMessages(store));
    send(res, await answer(wireRequest, `http://${req.headers.host ?? '127.0.0.1'}`));
  }

  return (req, res) => {
    // The request broke off: there is nobody to answer.
    handle(req, res).catch(() => res.destroy());
  };
}

function without(output: Output, members: readonly string[]): Output {
  if (members.length === 0 || output === undefined || output instanceof RawReply) return output;
  return Object.fromEntries(Object.entries(output).filter(([name]) => !members.includes(name)));
}

async function readRequest(req: IncomingMessage): Promise<WireRequest> {
  const [path = '/', ...rest] = (req.url ?? '/').split('?');
  const query = new URLSearchParams(rest.join('?'));
  return { method: req.method ?? 'GET', path, query, headers: req.headers, ...(await readBody(req)) };
}

/** Where the mails and text messages are that nobody here could deliver. */
const messagesPath = '/_local/messages';

function showMessages({ state }: Store): WireReply {
  const body = JSON.stringify({ messages: state.messages }, null, 2);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${body}\n` };
}

function hasOpen(service: Service | undefined): boolean {
  return service !== undefined && Object.keys(service.operations).some((name) => isOpen(service, name));
}

function isOpen(service: Service | undefined, name: string): boolean {
  return service !== undefined && Object.hasOwn(service.operations, name) && service.operations[name]?.open === true;
}

/** What `Code.Location` of GetFunction points to. AWS presigns that URL, so it takes no credentials here either. */
async function readDownload(store: Store, hex: string): Promise<WireReply> {
  try {
    const body = await store.readCode(Buffer.from(hex, 'hex').toString('base64'));
    return { status: 200, headers: { 'content-type': 'application/zip' }, body };
  } catch (error) {
    if (isMissing(error)) return plain(404, 'No such package');
    return plain(500, 'The package cannot be read');
  }
}

function notFound({ method, path }: WireRequest): WireReply {
  return plain(404, `${method} ${path} is not part of the local platform`);
}

function plain(status: number, message: string): WireReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** The wire format for a service that this platform does not have, so that its client can read the error. */
function guessWire(req: WireRequest, service: string | undefined): Wire {
  if (service === 'cloudfront') return createRestXml({ routes: [], namespace: 'urn:local' });
  if (req.headers['x-amz-target'] !== undefined) return jsonWire;
  if (req.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return createQuery('urn:local');
  return createRestJson({ routes: [], errorBody: ({ message }) => ({ message }) });
}

/** XML services name it without the suffix. */
function missingToken(wire: Wire): AwsError {
  const isXml = ['iam', 'sts', 'sns'].some((name) => wire === services.get(name)?.wire);
  const suffix = isXml ? '' : 'Exception';
  return new AwsError(`MissingAuthenticationToken${suffix}`, 'Missing Authentication Token');
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `The local platform failed: ${reason}`);
}

function send(res: ServerResponse, { status, headers, body }: WireReply): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  // The answer to HEAD tells the length of what it does not carry.
  res.writeHead(status, { ...length, ...headers });
  res.end(body);
}
