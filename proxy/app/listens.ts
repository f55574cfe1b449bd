/** Tells of every `listen()`, whoever calls it. */
import { type AddressInfo, Server } from 'node:net';
import type { Tell } from './report.ts';

export function reportListens(tell: Tell): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    this.once('listening', () => {
      const address = this.address() as AddressInfo | string | null;
      // A socket file has no port, and nothing to do with PORT.
      if (typeof address === 'object' && address !== null) tell({ port: address.port, address: address.address });
    });
    return Reflect.apply(listen, this, args) as Server;
  } as typeof listen;
}
