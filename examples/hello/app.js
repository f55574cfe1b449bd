import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const port = Number(process.env.PORT ?? 3000);

const server = createServer(async (req, res) => {
  console.log(`${req.method} ${req.url}`);
  console.log(JSON.stringify({ level: 'info', message: 'hello', fields: { url: req.url } }));
  if (req.url.startsWith('/echo')) return echo(req, res);
  res.setHeader('content-type', 'text/plain; charset=utf-8');
  res.end('Hello from up\n');
});

async function echo(req, res) {
  const { method, url, headers } = req;
  const body = await text(req);
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ method, url, headers, body }));
}

server.listen(port);
