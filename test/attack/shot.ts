/** One payload as one event against one configuration, as far as its answer at the front door. */
import type { Readable } from 'node:stream';
import type { Log } from '../../http/log.ts';
import type { Handler, HttpRequest } from '../../http/message.ts';
import { albFront } from '../../local/gateway/alb.ts';
import { readV2Result } from '../../local/gateway/http-api.ts';
import { readRestResult } from '../../local/gateway/rest-api.ts';
import { stack } from '../../middleware/stack.ts';
import { type Answer, answer } from '../../proxy/events/answer.ts';
import { preludeBytes } from '../../proxy/events/prelude.ts';
import { type Delivered, readPrelude, readResult } from '../fuzz/front-door.ts';
import { must } from '../fuzz/loop.ts';
import { relayTo, silent } from '../proxy/wire.ts';
import type { EchoApp } from './app.ts';
import type { Config } from './configs.ts';
import { events, type FormatName } from './events.ts';
import { check } from './oracles.ts';
import type { Payload } from './payload.ts';
import type { World } from './world.ts';

export interface Attacked {
  readonly config: Config;
  readonly handler: Handler;
  readonly complaints: string[];
}

export interface Shot extends Attacked {
  readonly format: FormatName;
  readonly payload: Payload;
  /** 0 to 3: how the front door hands out a path, and whether it takes a stream. */
  readonly variant: number;
  readonly world: World;
  readonly app: EchoApp;
}

export function behind(config: Config, world: World, port: number): Attacked {
  const complaints: string[] = [];
  const log = { ...silent, error: noteIn(complaints), fatal: noteIn(complaints) };
  const whole = stack({ log, features: config.features, dir: world.dir }, relayTo(port));
  return { config, handler: async (req) => (await whole)(req), complaints };
}

/** A bug in the middleware is answered with a 500, and told here. */
function noteIn(complaints: string[]): Log['error'] {
  return (message, fields) => {
    if (message !== 'response') complaints.push(`${message} ${JSON.stringify(fields)}`);
  };
}

let count = 0;

/** Rejects when something got out, or in. Counts what happened. */
export async function fire(
  { config, handler, complaints, format, payload, variant, world, app }: Shot,
  met: Record<string, number>,
) {
  const event = events[format](payload, variant);
  const requestId = `attack-${count++}`;
  const arrived = app.expect(requestId);
  let asked: HttpRequest | null = null;
  const noting: Handler = (req) => {
    asked = req;
    return handler(req);
  };
  const invocation = { requestId, stage: 'staging', deadline: Date.now() + 20_000, cold: false };
  const settings = { path: '', events_path: '/events', error_statuses: [] };
  const options = { handler: noting, events: settings, stream: variant > 1, onRefusal() {} };
  const delivered = await deliver(format, await answer(event, invocation, options));
  app.forget(requestId);
  must(app.strange.length === 0, () => `the app got what is nobody’s: ${app.strange.splice(0).join('; ')}`);
  must(complaints.length === 0, () => `the log says: ${complaints.splice(0).join('; ')}`);
  const run = {
    config,
    world,
    path: pathOf(event),
    sent: fieldsOf(event),
    asked: asked as HttpRequest | null,
    delivered,
    arrived,
  };
  check(run);
  for (const name of whatHappened(run)) met[name] = (met[name] ?? 0) + 1;
}

/** Read twice: strictly by the documentation, and as the local front door reads it. */
async function deliver(format: FormatName, answered: Answer): Promise<Delivered> {
  if (answered.kind === 'stream') {
    const head = readPrelude(format, preludeBytes(answered.prelude));
    return { ...head, body: await bytesOf(answered.body) };
  }
  const json = answered.json();
  const read = locally[format]?.(Buffer.from(json));
  must(typeof read !== 'string', () => `the front door says: ${read}`);
  return readResult(format, String(json), true);
}

/** VPC Lattice has no local front door. */
const locally: Partial<Record<FormatName, (payload: Uint8Array) => unknown>> = {
  'payload-v1': readRestResult,
  'payload-v2': readV2Result,
  alb: albFront(true).fromResult,
};

async function bytesOf(body: Readable | Uint8Array | null): Promise<Buffer> {
  if (body === null || body instanceof Uint8Array) return Buffer.from(body ?? []);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** VPC Lattice may send the query with it. */
function pathOf(event: object): string {
  const { rawPath, path = rawPath, requestContext } = event as Record<string, unknown>;
  const isLattice = Object.hasOwn(Object(requestContext), 'serviceArn');
  return isLattice ? String(path).replace(/\?.*$/s, '') : String(path);
}

/** The fields as the event holds them: what a front door has joined is one value. */
function fieldsOf(event: object): [string, string][] {
  const { headers = {}, multiValueHeaders } = event as { headers?: object; multiValueHeaders?: object };
  return Object.entries(multiValueHeaders ?? headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, String(value)]),
  );
}

function whatHappened({ asked, arrived, delivered, world, config }: Parameters<typeof check>[0]): string[] {
  const said = (name: string) => delivered.fields.has(name);
  return [
    ...(asked === null ? ['refused'] : []),
    ...(arrived.length > 0 ? ['reached the app'] : []),
    ...(arrived.length > 1 ? ['asked the app again'] : []),
    ...(arrived.some(({ fields }) => fields.some(([name]) => name === 'x-original-path')) ? ['rewritten'] : []),
    ...(arrived.length > 0 && config.lets === 'with a password' ? ['let in'] : []),
    ...(delivered.body.includes(world.marks.site) ? ['served a file'] : []),
    ...(said('location') ? ['redirected'] : []),
    ...(said('location') && /^https?:/.test(delivered.fields.get('location') ?? '') ? ['led elsewhere'] : []),
    ...(said('access-control-allow-credentials') ? ['granted an origin'] : []),
    ...(said('access-control-allow-methods') ? ['granted a preflight'] : []),
    ...(said('content-encoding') ? ['compressed'] : []),
    ...(said('content-range') ? ['a range'] : []),
    `answered ${delivered.status}`,
  ];
}

export function show({ config, format, variant, payload }: Shot): string {
  return `${config.name}, ${format}, variant ${variant}: ${JSON.stringify(payload).slice(0, 1_000)}`;
}
