/** The server of `up start` around any handler. */
import { createServer, type Server } from 'node:http';
import { requestListener, type ServerOptions, serverOptions } from '../../proxy/hosts/server.ts';
import { answerUnreadable } from '../../proxy/hosts/unreadable.ts';

export function startServer(options: ServerOptions): Server {
  const server = createServer(serverOptions, requestListener(options));
  answerUnreadable(server);
  return server;
}
