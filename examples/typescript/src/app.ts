import { createServer } from 'node:http';
import { greet } from './greet.ts';

const port = Number(process.env.PORT ?? 3000);

const server = createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost');
  if (pathname === '/fail') {
    console.error(new Error('up logs shows where in src/app.ts this was made'));
    res.statusCode = 500;
  }
  res.setHeader('content-type', 'application/json');
  res.end(`${JSON.stringify(greet(pathname.slice(1)))}\n`);
});

server.listen(port);
