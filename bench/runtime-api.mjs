/**
 * A Runtime API that costs next to nothing, so that what is measured is the runtime: HTTP by hand on a raw socket, events
 * framed before they are wanted. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

/** `{ endpoint, initialized, initError, invoke, close }`: `invoke(bytes)` resolves with `{ milliseconds, head, body }`. */
export async function quickRuntimeApi() {
  const hungry = [];
  let current = null;
  let initError = null;

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    readRequests(socket, onRequest);
  });

  function onRequest(socket, { line, head, body }) {
    if (line.includes('/invocation/next')) {
      hungry.push(socket);
      return deliver();
    }
    socket.write(accepted);
    if (!line.includes('/invocation/')) {
      if (line.includes('/init/error')) initError = body.toString();
      return;
    }
    const done = current;
    current = null;
    done?.resolve({ milliseconds: performance.now() - done.started, failed: line.includes('/error'), head, body });
  }

  function deliver() {
    if (current === null || current.sent || hungry.length === 0) return;
    current.sent = true;
    const bytes = framed(current.event);
    current.started = performance.now();
    hungry.shift().write(bytes);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${server.address().port}`,
    initialized: () => hungry.length > 0 || initError !== null,
    initError: () => initError,
    invoke: (event) =>
      new Promise((resolve) => {
        current = { event, resolve, started: 0, sent: false };
        deliver();
      }),
    close: () => server.close(),
  };
}

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}';

function framed(event) {
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Lambda-Runtime-Aws-Request-Id: ${randomUUID()}`,
    `Lambda-Runtime-Deadline-Ms: ${Date.now() + 30_000}`,
    'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench:1',
    `Content-Length: ${event.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), event]);
}

const headEnd = Buffer.from('\r\n\r\n');

/** Requests of one connection, one after the other; their bodies whole, by length or in chunks. */
function readRequests(socket, onRequest) {
  let chunks = [];
  let size = 0;
  let wanted = 0;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    // A megabyte is not looked at again with every piece of it.
    if (size < wanted) return;
    let bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    for (;;) {
      const request = parse(bytes, socket);
      if (typeof request === 'number') {
        wanted = request;
        break;
      }
      bytes = bytes.subarray(request.length);
      onRequest(socket, request);
    }
    chunks = bytes.length > 0 ? [bytes] : [];
    size = bytes.length;
  });
}

/** A whole request, or how many bytes there have to be before it is worth another look. */
function parse(bytes, socket) {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return bytes.length + 1;
  const head = bytes.toString('latin1', 0, end);
  const start = end + headEnd.length;
  const line = head.slice(0, head.indexOf('\r\n'));
  if (/^expect: 100-continue/im.test(head) && bytes.length === start) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  if (/^transfer-encoding: *chunked/im.test(head)) return chunked(bytes, start, { line, head });
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (bytes.length < start + length) return start + length;
  return { line, head, body: bytes.subarray(start, start + length), length: start + length };
}

/** RFC 9112 7.1; trailers are read over. */
function chunked(bytes, start, request) {
  const parts = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return bytes.length + 1;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0) {
      const end = bytes.subarray(lineEnd, lineEnd + 4).equals(headEnd) ? lineEnd + 4 : trailersEnd(bytes, lineEnd);
      if (end === -1 || end > bytes.length) return bytes.length + 1;
      return { ...request, body: Buffer.concat(parts), length: end };
    }
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return next + 5;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

function trailersEnd(bytes, from) {
  const end = bytes.indexOf(headEnd, from);
  return end === -1 ? -1 : end + headEnd.length;
}
