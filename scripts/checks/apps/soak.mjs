/** Echoes, and fails in the way that the first part of the path names. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const big = 'x'.repeat(1_000_000);

const faults = {
  big: (_req, res) => res.end(big),
  slow: (_req, res, line) => setTimeout(() => res.end(line), 20),
  bad: (req) => req.socket.end('this is not HTTP\r\n\r\n'),
  close: (req) => req.socket.destroy(),
  crash: () => process.exit(1),
  hang: () => {},
};

createServer(async (req, res) => {
  const line = `${req.method} ${req.url} ${await text(req)}`;
  const fault = faults[req.url.split('/')[1]];
  if (fault) fault(req, res, line);
  else res.end(line);
}).listen(Number(process.env.PORT));
