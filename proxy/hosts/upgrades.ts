/**
 * Requests that ask for another protocol. A WebSocket goes to the app; whoever merely offers to speak HTTP/2 (`h2c`, as
 * Java's client does with its first request) is served in HTTP/1.1, which RFC 9110 7.8 allows.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Gives the server the request again, as if it had not offered anything. */
export function withoutOffer(server: Pick<Server, 'emit'>, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = req;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? optionsBeside(value) : value}`);
  }
  // Node has stopped reading where the head ended.
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
  socket.resume();
}

/** What else a client says of its connection: that it ends, and which fields are of it alone. */
function optionsBeside(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !/^(?:upgrade|http2-settings|)$/i.test(option)).join(', ');
}
