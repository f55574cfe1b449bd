/** The app behind every golden case. Whatever it answers says so: what has no `x-app` never reached it. */
import type { IncomingMessage, ServerResponse } from 'node:http';

type Route = (req: IncomingMessage, res: ServerResponse) => void;

const page = (title: string) =>
  `<!doctype html>\n<html>\n  <head>\n    <title>${title}</title>\n  </head>\n  <body>\n    <h1>${title}</h1>\n  </body>\n</html>\n`;

const routes: Readonly<Record<string, Route>> = {
  '/html': (_req, res) => text(res, 200, page('Tea'), 'text/html; charset=utf-8'),
  '/created.html': (_req, res) => text(res, 201, page('Made'), 'text/html; charset=utf-8'),
  '/latin1.html': (_req, res) => text(res, 200, page('Th\u00e9'), 'text/html; charset=iso-8859-1'),
  '/json': (_req, res) => text(res, 200, JSON.stringify({ tea: 'green'.repeat(500) }), 'application/json'),
  '/short': (_req, res) => text(res, 200, 'short', 'text/plain'),
  '/etag': (_req, res) => {
    res.setHeader('etag', '"strong"');
    text(res, 200, 'x'.repeat(5_000), 'text/plain');
  },
  '/image': (_req, res) => {
    res.setHeader('content-type', 'image/png');
    res.end(Buffer.alloc(5_000, 7));
  },
  '/no-transform': (_req, res) => {
    res.setHeader('cache-control', 'public, no-transform');
    text(res, 200, 'x'.repeat(5_000), 'text/plain');
  },
  '/stream': (_req, res) => {
    res.setHeader('content-type', 'text/event-stream');
    res.write('data: one\n\n');
    res.end('data: two\n\n');
  },
  '/no-content': (_req, res) => res.writeHead(204).end(),
  '/not-modified': (_req, res) => res.writeHead(304, { etag: '"x"' }).end(),
  '/partial': (_req, res) => {
    res.writeHead(206, { 'content-type': 'text/plain', 'content-range': 'bytes 0-4/10' });
    res.end('parts');
  },
  '/cors': (_req, res) => {
    res.setHeader('access-control-allow-origin', 'https://of-the-app.example');
    text(res, 200, 'with cors of its own', 'text/plain');
  },
  '/redirect': (_req, res) => res.writeHead(302, { location: '/html' }).end(),
  '/error': (_req, res) => text(res, 500, 'the app is sorry', 'text/plain'),
  '/error.html': (_req, res) => text(res, 500, page('Sorry'), 'text/html; charset=utf-8'),
  '/crash': (req) => req.socket.destroy(),
};

export function app(req: IncomingMessage, res: ServerResponse): void {
  res.sendDate = false;
  res.setHeader('x-app', 'yes');
  const route = routes[req.url?.split('?')[0] ?? ''] ?? (req.url?.startsWith('/echo') ? echo : missing);
  route(req, res);
}

function missing(_req: IncomingMessage, res: ServerResponse): void {
  text(res, 404, 'the app has no such page', 'text/plain');
}

/** What reached the app, without what the proxy and the front doors add. */
function echo(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const added = /^(?:x-(?:request-id|stage|context|forwarded-.*|amzn-.*)|host|connection|content-length)$/;
    const headers = Object.entries(req.headers).filter(([name]) => !added.test(name));
    const body = Buffer.concat(chunks).toString();
    text(res, 200, JSON.stringify({ method: req.method, url: req.url, headers, body }), 'application/json');
  });
}

function text(res: ServerResponse, status: number, body: string, type: string): void {
  const bytes = Buffer.from(body, type.includes('8859') ? 'latin1' : 'utf8');
  res.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  res.end(bytes);
}
