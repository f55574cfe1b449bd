/** The HTTP servers of front doors, each on a port of its own. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listenFrom } from '../listen.ts';
import type { State } from '../model.ts';
import { refuseUpgrade } from './answer.ts';
import { keepAliveMs, maxHeadBytes } from './front.ts';

export interface Listeners {
  /** It is open, or about to be. */
  has(id: string): boolean;
  /**
   * Listens for `id` and returns its port: `own`, or, while another program has that, the next free one that is not
   * `kept` for others. Rejects when it cannot listen, and can be opened again.
   */
  open(id: string, own: number, kept: ReadonlySet<number>, answer: RequestListener): Promise<number>;
  /** The port that `id` is at; `own` when it is not open. */
  portOf(id: string, own: number): number;
  close(id: string): void;
  closeAll(): void;
}

export function createListeners(): Listeners {
  const servers = new Map<string, Server>();

  function portOf(id: string, own: number): number {
    const address = servers.get(id)?.address() as AddressInfo | null | undefined;
    return address?.port ?? own;
  }

  function close(id: string): void {
    const server = servers.get(id);
    servers.delete(id);
    server?.close();
    server?.closeAllConnections();
  }

  return {
    has: (id) => servers.has(id),
    async open(id, own, kept, answer) {
      const server = serverOf(answer);
      servers.set(id, server);
      return listenFrom(server, own, kept).catch((error: unknown) => {
        servers.delete(id);
        throw error;
      });
    },
    portOf,
    close,
    closeAll() {
      for (const id of [...servers.keys()]) close(id);
    },
  };
}

function serverOf(answer: RequestListener): Server {
  const server = createServer({ maxHeaderSize: maxHeadBytes }, answer);
  server.keepAliveTimeout = keepAliveMs;
  // A front door answers upgrades as its service does, not with a closed connection.
  return server.on('upgrade', (req, socket) => {
    refuseUpgrade(socket);
    req.resume();
  });
}

/** Ports that belong to a front door, also to one that is not open. */
export function keptPorts(state: Pick<State, 'apis' | 'functions'>): ReadonlySet<number> {
  const apis = Object.values(state.apis).map(({ port }) => port);
  const urls = Object.values(state.functions).flatMap((fn) => Object.values(fn.urls ?? {}).map(({ port }) => port));
  return new Set([...apis, ...urls]);
}

/** The first port from `first` upwards that is not kept. */
export function nextPort(kept: ReadonlySet<number>, first: number): number {
  let port = first;
  while (kept.has(port)) port++;
  return port;
}
