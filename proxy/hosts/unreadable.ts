/**
 * Answers what Node's server does not pass on as a request, with an error in the form of all others; Node itself would
 * send a bare status. On Lambda the front door refuses such requests.
 */
import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorResponse, HttpError } from '../../http/error.ts';
import { reasonOf } from '../../http/reason.ts';

export function answerUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, res: ServerResponse) => {
    answers.set(socket, res);
    res.once('close', () => answers.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // In the middle of an answer it would be taken for a part of that.
    const refusal = answers.get(socket)?.headersSent ? null : refusalOf(error);
    if (refusal && socket.writable) writeRefusal(socket, refusal);
    else socket.destroy(error);
  });
  server.on('connect', (_req, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    writeRefusal(socket, new HttpError(405, 'UP_METHOD_NOT_ALLOWED', 'this method cannot be served'));
  });
}

/** https://nodejs.org/api/http.html#event-clienterror; null for a connection that is gone or was silent. */
function refusalOf({ code = '', message }: NodeJS.ErrnoException): HttpError | null {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpError(431, 'UP_HEADERS_TOO_LARGE', 'the header fields are more than a front door takes');
  if (!code.startsWith('HPE_')) return null;
  return new HttpError(400, 'UP_REQUEST_MALFORMED', `this is no HTTP request: ${message}`);
}

/** Answers on the raw socket and closes it, where Node has made no response object. */
export function writeRefusal(socket: Duplex, error: HttpError): void {
  const { status, headers, body } = errorResponse(error, randomUUID());
  const lines = [
    `HTTP/1.1 ${status} ${reasonOf(status) ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
