import { createServer } from 'node:http';

const server = createServer((req, res) => {
  const [path] = req.url.split('?');
  if (path === '/') return res.end('Hello from Node\n');
  if (path === '/time') return sendJson(res, 200, { time: new Date() });
  return sendJson(res, 404, { error: 'not found' });
});

function sendJson(res, status, value) {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(value));
}

server.listen(process.env.PORT ?? 3000);
