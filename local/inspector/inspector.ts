/**
 * The inspector: one page on the platform's own port that shows what happens as it happens, and can roll a stage back.
 * The page shows logs and moves aliases, so no other page may reach it: see `isAllowed`.
 */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readUpTo } from '../../http/body.ts';
import { isFromWebPage } from '../aws/guard.ts';
import type { Lane } from '../lambda/onlookers.ts';
import type { Feed, Happening } from './feed.ts';
import type { AppView } from './view.ts';

export interface InspectorOptions {
  readonly feed: Feed;
  /** What there is at this moment. */
  readonly view: () => View;
  /** Points a stage at a version; the reason when it cannot be. */
  readonly rollBack?: (body: Uint8Array) => Promise<string | null>;
  /** The folder of the page; without one there is no page, only what it asks for. */
  readonly page: string | undefined;
}

export interface View {
  /** The command that shows it: `local` or `start`. */
  readonly title: string;
  /** Null where an app is no function, and is not frozen. */
  readonly lanes: readonly Lane[] | null;
  /** Null where nothing is deployed. */
  readonly apps: readonly AppView[] | null;
}

export interface Inspector {
  /** Whether a request is for the inspector, allowed or not. */
  serves(req: IncomingMessage): boolean;
  /** Never rejects. */
  serve(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Ends what it streams. */
  close(): void;
}

export const inspectorPath = '/_local/inspector/';

const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';
const files: ReadonlyMap<string, string> = new Map([
  ['index.html', 'text/html; charset=utf-8'],
  ['style.css', css],
  ['dom.js', script],
  ['environments.js', script],
  ['logs.js', script],
  ['main.js', script],
  ['metrics.js', script],
  ['releases.js', script],
  ['requests.js', script],
]);

/**
 * Nothing is loaded from other origins, whatever an app prints; and no frames, so that no other page can trick a user
 * into pressing its buttons.
 */
const guards: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** How often the page is told how environments and releases stand. */
const viewMs = 250;
/** Beyond this a page does not read what it is sent, as while its tab is stopped in a debugger. */
const maxBehindBytes = 16 * 1024 * 1024;
const maxBodyBytes = 4096;

export function createInspector({ feed, view: viewNow, rollBack, page }: InspectorOptions): Inspector {
  const streams = new Set<ServerResponse>();

  function view() {
    return { now: Date.now(), ...viewNow() };
  }

  /** Server-sent events: `past` once, then `happening` and, when it has changed, `view`. */
  function stream(req: IncomingMessage, res: ServerResponse): void {
    res.writeHead(200, { ...guards, 'content-type': 'text/event-stream' });
    const say = (event: string, data: object) => void res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    let last = '';
    const show = () => {
      const { now, ...rest } = view();
      const text = JSON.stringify(rest);
      if (text !== last) say('view', { now, ...rest });
      last = text;
    };
    say('past', feed.history());
    show();
    const mostWaiting = res.writableLength + maxBehindBytes;
    const unfollow = feed.follow((happening: Happening) => {
      say('happening', happening);
      // The page connects again, and gets the latest of all.
      if (res.writableLength > mostWaiting) res.destroy();
    });
    const timer = setInterval(show, viewMs);
    streams.add(res);
    req.once('close', () => {
      unfollow();
      clearInterval(timer);
      streams.delete(res);
    });
  }

  async function move(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readUpTo(req, maxBodyBytes);
    const refusal = body && rollBack ? await rollBack(body) : 'this cannot be done here';
    if (refusal !== null) return answer(res, 400, { message: refusal });
    answer(res, 200, view());
  }

  async function respond(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method, url = '' } = req;
    const path = url.replace(/\?.*$/, '').slice(inspectorPath.length);
    if (!isAllowed(req)) return answer(res, 403, { message: 'The inspector answers its own page alone' });
    if (url === '/') return void res.writeHead(302, { ...guards, location: inspectorPath }).end();
    if (method === 'POST' && path === 'roll-back') return move(req, res);
    if (method !== 'GET') return answer(res, 405, { message: `${method} is not understood here` });
    if (path === 'events') return stream(req, res);
    if (path === 'view') return answer(res, 200, view());
    return sendFile(page, path || 'index.html', res);
  }

  return {
    serves: ({ method, url = '', headers }) =>
      url.startsWith(inspectorPath) || (url === '/' && method === 'GET' && wantsPage(headers)),
    // A client that left is not answered, and a state that cannot be saved must not end the program.
    serve: (req, res) => respond(req, res).catch((error: unknown) => fail(res, error)),
    close() {
      for (const res of streams) res.end();
    },
  };
}

/** A browser that was sent to the platform's URL; AWS's clients sign, and ask for no page. */
function wantsPage({ accept = '', authorization }: IncomingMessage['headers']): boolean {
  return authorization === undefined && accept.includes('text/html');
}

/**
 * Whether a request comes from the inspector's own page, or from a person who typed the URL. Browsers send `Origin`
 * with what is posted and with what scripts of other origins fetch, and Sec-Fetch-Site with everything else that pages
 * of other sites load.
 */
function isAllowed({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return !isFromWebPage({ host });
}

async function sendFile(dir: string | undefined, name: string, res: ServerResponse): Promise<void> {
  const type = files.get(name);
  if (dir === undefined || type === undefined) return answer(res, 404, { message: `There is no ${name} here` });
  res.writeHead(200, { ...guards, 'content-type': type });
  // Whoever has left does not wait for the rest.
  await pipeline(createReadStream(join(dir, name)), res).catch(() => res.destroy());
}

function fail(res: ServerResponse, error: unknown): void {
  if (res.headersSent || res.destroyed) return void res.destroy();
  answer(res, 500, { message: error instanceof Error ? error.message : String(error) });
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { ...guards, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
