/**
 * A Runtime API that costs next to nothing, so that what is measured is the runtime: HTTP by hand on a raw socket, events
 * framed before they are wanted. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

/**
 * `{ endpoint, initialized, initError, invoke, close }`: `invoke(bytes)` resolves with `{ milliseconds, head, body }`, also
 * while others are under way. With `until` the time is that of the first piece of the answer which holds it.
 */
export async function quickRuntimeApi() {
  const hungry = [];
  const queued = [];
  const handedOut = new Map();
  let initError = null;

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    readRequests(socket, { onRequest, onPiece });
  });

  function onPiece(line, piece) {
    const one = handedOut.get(idOf(line));
    if (one?.until && one.seen === null && piece.includes(one.until)) one.seen = performance.now();
  }

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
    const id = idOf(line);
    const done = handedOut.get(id);
    handedOut.delete(id);
    const at = done?.until ? done.seen : performance.now();
    done?.resolve({ milliseconds: at - done.started, failed: line.includes('/error'), head, body });
  }

  function deliver() {
    if (queued.length === 0 || hungry.length === 0) return;
    const { id, bytes, ...one } = queued.shift();
    handedOut.set(id, { ...one, seen: null, started: performance.now() });
    hungry.shift().write(bytes);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${server.address().port}`,
    initialized: () => hungry.length > 0 || initError !== null,
    initError: () => initError,
    invoke: (event, until = null) =>
      new Promise((resolve) => {
        const id = randomUUID();
        queued.push({ id, bytes: framed(event, id), until, resolve });
        deliver();
      }),
    close: () => server.close(),
  };
}

/** `POST /2018-06-01/runtime/invocation/ID/response HTTP/1.1` */
function idOf(line) {
  const start = line.indexOf('/invocation/') + '/invocation/'.length;
  return line.slice(start, line.indexOf('/', start));
}

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}';

function framed(event, id) {
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Lambda-Runtime-Aws-Request-Id: ${id}`,
    `Lambda-Runtime-Deadline-Ms: ${Date.now() + 30_000}`,
    'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench:1',
    `Content-Length: ${event.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), event]);
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Requests of one connection, one after the other; their bodies whole, by length or in chunks. No byte is looked at twice:
 * a client that sends a megabyte in pieces would pay for ours.
 */
function readRequests(socket, { onRequest, onPiece }) {
  let rest = empty;
  let head = null;
  let body = null;
  socket.on('data', (piece) => {
    let bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    rest = empty;
    while (bytes.length > 0) {
      if (body === null) {
        const end = bytes.indexOf(headEnd);
        if (end === -1) break;
        head = bytes.toString('latin1', 0, end);
        bytes = bytes.subarray(end + headEnd.length);
        body = bodyOf(head);
        if (/^expect: 100-continue/im.test(head) && bytes.length === 0) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      }
      const taken = body.take(bytes);
      onPiece(head, bytes.subarray(0, taken));
      bytes = bytes.subarray(taken);
      if (body.isWhole()) {
        const request = { line: head.slice(0, head.indexOf('\r\n')), head, body: body.whole() };
        body = null;
        onRequest(socket, request);
      } else if (taken === 0) break;
    }
    rest = bytes;
  });
}

const empty = Buffer.alloc(0);

function bodyOf(head) {
  if (/^transfer-encoding: *chunked/im.test(head)) return chunkedBody();
  return sizedBody(Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0));
}

function sizedBody(size) {
  const parts = [];
  let left = size;
  return {
    take(bytes) {
      const taken = bytes.subarray(0, left);
      parts.push(taken);
      left -= taken.length;
      return taken.length;
    },
    isWhole: () => left === 0,
    whole: () => joined(parts),
  };
}

/** RFC 9112 7.1; trailers are read over. */
function chunkedBody() {
  const parts = [];
  // Of a chunk: its bytes, then the end of its line.
  let left = 0;
  let isLast = false;
  let isOver = false;
  return {
    take(bytes) {
      if (left > 2) {
        const taken = bytes.subarray(0, left - 2);
        parts.push(taken);
        left -= taken.length;
        return taken.length;
      }
      if (left > 0) {
        const taken = Math.min(left, bytes.length);
        left -= taken;
        return taken;
      }
      const lineEnd = bytes.indexOf('\r\n');
      if (lineEnd === -1) return 0;
      if (isLast) isOver = lineEnd === 0;
      else {
        const size = Number.parseInt(bytes.toString('latin1', 0, lineEnd), 16);
        isLast = size === 0;
        left = isLast ? 0 : size + 2;
      }
      return lineEnd + 2;
    },
    isWhole: () => isOver,
    whole: () => joined(parts),
  };
}

function joined(parts) {
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}
