import { createServer, type ServerResponse } from 'node:http';
import querystring from 'node:querystring';
import { text } from 'node:stream/consumers';
import { greet } from './greet.ts';

const port = Number(process.env.PORT ?? 3000);

const server = createServer(async (req, res) => {
  const path = req.url?.replace(/\?.*/, '') ?? '/';
  if (path === '/fail') return fail(res);
  if (path.includes('/', 1)) return answer(res, 404, { error: 'not found' });
  const name = req.method === 'POST' ? await text(req) : querystring.unescape(path.slice(1));
  answer(res, 200, greet(name));
});

function fail(res: ServerResponse): void {
  console.error(new Error('made on purpose'));
  answer(res, 500, { error: 'see the log' });
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(`${JSON.stringify(body)}\n`);
}

server.listen(port);
