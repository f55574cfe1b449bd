/** Answers `METHOD PATH BODY`, and notes each request it was handed in LEDGER. Ends idle connections after IDLE_MS. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const { IDLE_MS, LEDGER, PORT, UNSAID } = process.env;

const server = createServer(async (req, res) => {
  const line = `${req.method} ${req.url} ${await text(req)}`;
  appendFileSync(LEDGER, `${line}\n`);
  // Node gives the hint only where the app leaves the header to it.
  if (UNSAID) res.setHeader('connection', 'keep-alive');
  res.end(line);
});
server.keepAliveTimeout = Number(IDLE_MS);
server.listen(Number(PORT));
