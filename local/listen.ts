/** Loopback ports: the one that is wanted, or the next free one above it. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on `port`, or on the next free one that is not `kept` for others, and returns it. 0 is any port. */
export function listenFrom(server: Server, port: number, kept: ReadonlySet<number> = new Set()): Promise<number> {
  let next = port + 1;
  while (kept.has(next)) next++;
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening);
      if (error.code === 'EADDRINUSE' && port !== 0) resolve(listenFrom(server, next, kept));
      else reject(error);
    };
    const onListening = () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    };
    server.once('error', onError).once('listening', onListening).listen(port, '127.0.0.1');
  });
}
