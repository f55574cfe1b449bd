/** The app behind the proxy: it notes each request by its id, and answers in as many ways as the middleware looks at. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type App, httpApp } from '../proxy/wire.ts';

export interface Arrived {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, in the order of the wire. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** What some of its answers say of who may read them. */
export const ofTheApp = 'https://of-the-app.example';

export interface EchoApp extends App {
  /** From now on, what arrives with this id is noted. */
  expect(id: string): Arrived[];
  forget(id: string): void;
  /** What arrived with no id that was expected, or is no HTTP. */
  readonly strange: string[];
}

/** `mark` is in each of its bodies. */
export async function echoApp(mark: string): Promise<EchoApp> {
  const expected = new Map<string, Arrived[]>();
  const strange: string[] = [];
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    const seen = expected.get(String(req.headers['x-request-id']));
    if (seen) seen.push({ method: req.method ?? '', url: req.url ?? '', fields: pairsOf(req.rawHeaders) });
    else strange.push(`${req.method} ${req.url} with the id ${req.headers['x-request-id']}`);
    req.resume();
    respond(req, res, mark);
  };
  const app = await httpApp(listener, (error: Error & { code?: string }) => {
    // Methods that Node does not know are legal HTTP all the same.
    if (error.code !== 'HPE_INVALID_METHOD' && error.code !== 'ECONNRESET') strange.push(String(error));
  });
  return {
    ...app,
    strange,
    expect(id) {
      const seen: Arrived[] = [];
      expected.set(id, seen);
      return seen;
    },
    forget: (id) => void expected.delete(id),
  };
}

/** Which of them it is follows from the path, so that the same payload is answered the same way. */
const answers: readonly ((req: IncomingMessage, res: ServerResponse, mark: string) => void)[] = [
  (req, res, mark) =>
    send(res, 200, 'application/json', JSON.stringify({ mark, url: req.url, fields: req.rawHeaders })),
  (_req, res, mark) => send(res, 200, 'text/html; charset=utf-8', page(mark)),
  (_req, res, mark) => send(res, 404, 'text/plain', mark),
  (_req, res, mark) => send(res, 500, 'text/html', page(mark)),
  (_req, res, mark) => {
    res.writeHead(200, { 'content-type': 'text/html', etag: '"a"' });
    res.write(page(mark));
    setImmediate(() => res.end('<p>more</p>'));
  },
  (req, res, mark) => {
    // Said back as far as it can be a field: what is checked is that nothing breaks out of it.
    res.setHeader('x-echo', String(req.url));
    res.setHeader('set-cookie', ['a=1', 'b=2; Path=/']);
    res.setHeader('access-control-allow-origin', ofTheApp);
    res.setHeader('access-control-allow-credentials', 'true');
    send(res, 201, 'text/plain', mark.repeat(40));
  },
];

function respond(req: IncomingMessage, res: ServerResponse, mark: string): void {
  const answer = answers[indexFor(String(req.url))] ?? answers[0];
  answer?.(req, res, mark);
}

function indexFor(url: string): number {
  if (url.startsWith('/page')) return 1;
  if (url.startsWith('/soft/')) return 2;
  return [...url].reduce((total, char) => total + char.charCodeAt(0), 0) % answers.length;
}

function send(res: ServerResponse, status: number, type: string, text: string): void {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  res.end(text);
}

function page(mark: string): string {
  return `<!doctype html><html><head><title>app</title></head><body>${mark}</body></html>`;
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
  return pairs;
}
