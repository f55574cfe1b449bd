/** What the tables of facts share. Every title begins with the section of reference/events.md that states its fact. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../../../http/headers.ts';
import { answer } from '../../../../proxy/events/answer.ts';
import { detect } from '../../../../proxy/events/detect.ts';
import type { EventSettings } from '../../../../proxy/events/format.ts';
import { httpApp, proxyTo, rawApp } from '../../wire.ts';
import { fieldOf, invocation, type Result, settings } from '../converting.ts';

export type Fact = readonly [title: string, actual: () => unknown, expected: unknown];

export function facts(rows: readonly Fact[]): void {
  for (const [title] of rows) if (!/^3\.\d+ /.test(title)) throw new Error(`a fact without its section: ${title}`);
  test.each(rows)('%s', async (_title, actual, expected) => {
    expect(await actual()).toEqual(expected);
  });
}

type Json = Readonly<Record<string, unknown>>;

/** An event of the corpus. `changes` are merged into it; what is undefined goes. */
// biome-ignore lint/suspicious/noExplicitAny: an event is whatever JSON says
export function fixture(name: string, changes: Json = {}): any {
  const event = JSON.parse(readFileSync(new URL(`../../../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
  merge(event, changes);
  return event;
}

function merge(target: Record<string, unknown>, changes: Json): void {
  for (const [key, value] of Object.entries(changes)) {
    const into = target[key];
    if (isPlain(value) && isPlain(into)) merge(into, value);
    else if (value === undefined) delete target[key];
    else target[key] = value;
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function formatOf(event: unknown): string {
  return detect(event, settings).name;
}

export function targetOf(event: unknown, path = ''): Promise<unknown> {
  return fieldOf(event, 'target', { path });
}

export async function lineOf(event: unknown): Promise<string> {
  const [method, target] = [await fieldOf(event, 'method'), await fieldOf(event, 'target')];
  return `${method} ${target}`;
}

export async function bodyOf(event: unknown): Promise<unknown> {
  const body = await fieldOf(event, 'body');
  return body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body;
}

/** The values of a field as the handler gets them, or the refusal. */
export async function valuesOf(event: unknown, name: string): Promise<unknown> {
  const headers = await fieldOf(event, 'headers');
  return typeof headers === 'string' ? headers : headers.filter(([key]) => key === name).map(([, value]) => value);
}

export async function clientOf(event: unknown): Promise<unknown> {
  const context = await fieldOf(event, 'context');
  return typeof context === 'string' ? context : context.clientIp;
}

export interface Seen {
  readonly line: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
  /** The values of a field, as the app got them. */
  values(name: string): string[];
}

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/** The result of an event whose app is a real one. */
export async function through(
  event: unknown,
  listener: Listener,
  events: Partial<EventSettings> = {},
): Promise<Result> {
  const app = await httpApp(listener);
  onTestFinished(() => app.close());
  return resultFrom(event, app.port, events);
}

/** The same with an app that writes bytes of its own. */
export async function throughBytes(event: unknown, bytes: string, end = false): Promise<Result> {
  const app = await rawApp((socket) => {
    socket.on('data', () => {
      socket.write(Buffer.from(bytes, 'latin1'));
      if (end) socket.end();
    });
  });
  onTestFinished(() => app.close());
  return resultFrom(event, app.port);
}

async function resultFrom(event: unknown, port: number, events: Partial<EventSettings> = {}): Promise<Result> {
  const answered = await answer(event, invocation, {
    handler: proxyTo(port),
    events: { ...settings, ...events },
    stream: false,
    onRefusal: () => {},
  });
  if (answered.kind !== 'whole') throw new Error('the answer is a stream');
  return JSON.parse(String(answered.json())) as Result;
}

/** What a real app sees of an event. */
export async function seenOf(event: unknown): Promise<Seen> {
  const requests: Seen[] = [];
  await through(event, (req, res) => {
    void buffer(req).then((body) => {
      const headers: [string, string][] = [];
      for (let i = 0; i < req.rawHeaders.length; i += 2)
        headers.push([req.rawHeaders[i] ?? '', req.rawHeaders[i + 1] ?? '']);
      const values = (name: string) => headers.filter(([key]) => key === name).map(([, value]) => value);
      requests.push({ line: `${req.method} ${req.url}`, headers, body, values });
      res.end();
    });
  });
  const [seen] = requests;
  if (!seen || requests.length > 1) throw new Error(`the app saw ${requests.length} requests`);
  return seen;
}

export async function appSees(event: unknown, name: string): Promise<string[]> {
  return (await seenOf(event)).values(name);
}
