/** The real relay in front of a server of the test's own, in one process: what is seen here was on a wire. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { resolveStage } from '../../config/index.ts';
import type { Log } from '../../http/log.ts';
import type { Handler } from '../../http/message.ts';
import { type Features, stack } from '../../middleware/stack.ts';
import { createBackground } from '../../proxy/relay/background.ts';
import type { Keeper } from '../../proxy/relay/keeper.ts';
import { relay } from '../../proxy/relay/relay.ts';
import { parse } from '../config/parse.ts';

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

/** A stage that configures nothing, and has nothing that is on by default. */
export const noFeatures: Features = resolveStage(
  parse({ robots: true, compress: { disable: true } }).config,
  'production',
);

/** A keeper of an app that is always there. */
export function keeperAt(port: number): Keeper {
  const lease = {
    host: '127.0.0.1',
    port,
    began() {},
    answered() {},
    ended() {},
    exit: async () => null,
    lastLog: async () => null,
    hasExited: async () => false,
    brokeOff: async () => false,
  };
  return {
    ready: async () => lease,
    settled: async () => true,
    logged: async () => {},
    stop: async () => {},
    kill() {},
  };
}

/** The relay in front of it. `timeout` in seconds. */
export function relayTo(port: number, timeout = 10): Handler {
  return relay({ keeper: keeperAt(port), background: createBackground({ log: silent, seconds: 0 }), timeout });
}

/** The whole of the proxy that stands behind an event: the middleware and the relay. `timeout` in seconds. */
export function proxyTo(port: number, timeout = 10): Handler {
  const whole = stack({ log: silent, features: noFeatures, dir: '/nowhere' }, relayTo(port, timeout));
  return async (req) => (await whole)(req);
}

export interface App {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/**
 * An ordinary app. Its limit on headers is above ours, so that ours is the one that is met. `onClientError` is told of
 * what it did not take for a request.
 */
export function httpApp(listener: RequestListener, onClientError?: (error: Error) => void): Promise<App> {
  const server = createHttpServer({ maxHeaderSize: 16 * 1024 * 1024, keepAliveTimeout: 60_000 }, listener);
  server.on('clientError', (error, socket) => {
    onClientError?.(error);
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return listening(server);
}

/** An app that need not speak HTTP. */
export function rawApp(onSocket: (socket: Socket) => void): Promise<App> {
  return listening(createServer(onSocket));
}

async function listening(server: Server): Promise<App> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the app has no port');
  return {
    port: address.port,
    connections,
    async close() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
