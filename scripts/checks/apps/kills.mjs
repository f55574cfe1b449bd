/** Echoes like echo.mjs, slowly where asked, and starts a process that leaves its group: nothing of it may be left. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });

createServer(async (req, res) => {
  const line = `${req.method} ${req.url} ${await text(req)}`;
  setTimeout(() => res.end(line), req.url.startsWith('/slow/') ? 100 : 0);
}).listen(Number(process.env.PORT));
