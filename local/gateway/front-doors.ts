/** Opens one HTTP server per API on a port of its own, which stays the same for as long as the API lives. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrontDoors, HttpApi, State } from '../model.ts';
import { type HttpApiOptions, serveHttpApi } from './http-api.ts';

export interface Doors extends FrontDoors {
  /** Serves a request that came in by name (`<stage>.<app>.localhost`) instead of by port; false when no API has it. */
  serveByName(host: string, req: IncomingMessage, res: ServerResponse): boolean;
  closeAll(): void;
}

export interface DoorsOptions {
  readonly state: State;
  readonly dispatch: HttpApiOptions['dispatch'];
  /** Ports are given from here upwards. */
  readonly firstPort: number;
}

export function createDoors({ state, dispatch, firstPort }: DoorsOptions): Doors {
  const servers = new Map<string, Server>();

  async function open(api: HttpApi): Promise<string> {
    if (servers.has(api.ApiId)) return url(api);
    const server = createServer((req, res) => void serveHttpApi({ state, api: current(api), dispatch }, req, res));
    servers.set(api.ApiId, server);
    api.port = await listenFrom(server, api.port || nextPort());
    return url(api);
  }

  /** The state is the truth; the object given at creation may be an older one. */
  function current(api: HttpApi): HttpApi {
    return state.apis[api.ApiId] ?? api;
  }

  function nextPort(): number {
    const taken = new Set(Object.values(state.apis).map(({ port }) => port));
    let port = firstPort;
    while (taken.has(port)) port++;
    return port;
  }

  function url({ port }: HttpApi): string {
    return `http://127.0.0.1:${port}`;
  }

  return {
    open,
    url,
    async close(apiId) {
      const server = servers.get(apiId);
      servers.delete(apiId);
      if (server) shut(server);
    },
    serveByName(host, req, res) {
      const api = Object.values(state.apis).find((candidate) => host === nameOf(candidate));
      if (!api) return false;
      void serveHttpApi({ state, api, dispatch }, req, res);
      return true;
    },
    closeAll() {
      for (const server of servers.values()) shut(server);
      servers.clear();
    },
  };
}

function nameOf({ Tags }: HttpApi): string {
  return `${Tags['up:stage']}.${Tags['up:app']}.localhost`;
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** The wanted port, or the next free one above it. */
function listenFrom(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(listenFrom(server, port + 1));
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
