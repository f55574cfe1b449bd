/** The same over a raw socket, without a word about the connection, which is kept for ever without IDLE_MS. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const { IDLE_MS, LEDGER, PORT } = process.env;

createServer((socket) => {
  let received = '';
  if (IDLE_MS) socket.setTimeout(Number(IDLE_MS), () => socket.destroy());
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk;
    for (let req = take(); req; req = take()) answer(socket, req);
  });

  /** The next whole request, taken off what was received; null while bytes are missing. */
  function take() {
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return null;
    const head = received.slice(0, end);
    const from = end + 4;
    const to = from + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < to) return null;
    const body = received.slice(from, to);
    received = received.slice(to);
    return { head, body };
  }
}).listen(Number(PORT), '127.0.0.1');

function answer(socket, { head, body }) {
  const [method, path] = head.split(' ');
  const line = `${method} ${path} ${body}`;
  appendFileSync(LEDGER, `${line}\n`);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${line.length}\r\n\r\n${line}`);
}
