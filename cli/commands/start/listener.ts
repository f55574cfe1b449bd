/**
 * The listener of `up start`. Its port is taken before the app is started, because a port in use must not cost an app
 * its boot; requests that come in between wait for the server.
 */
import type { Server } from 'node:http';
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import { parsePort } from '../../argv/port.ts';
import type { Args } from '../../command.ts';
import { UpError } from '../../errors.ts';
import { portHolder } from './port-holder.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Nobody asked for this port: the next free one does as well. */
  readonly any: boolean;
}

export interface Listener {
  /** `localhost:3000`, as a person writes it. */
  readonly at: string;
  readonly port: number;
  /** What to say when it is not the port one would expect. */
  readonly note: string | null;
  adopt(server: Pick<Server, 'emit' | 'closeAllConnections'>): void;
  close(): void;
}

const defaultPort = 3000;
const highestPort = 65_535;
/** Ports looked at before it is told that none is free. */
const triedPorts = 100;

export function parseAddress({ address, port }: Args): Address {
  const match = address === undefined ? null : /^(.*):(\d+)$/.exec(String(address));
  if (address !== undefined && !match)
    throw new UpError('UP_USAGE', `--address takes HOST:PORT, not "${address}"`, { hint: 'up help start' });
  if (match && !(Number(match[2]) <= highestPort))
    throw new UpError('UP_USAGE', `--address takes a port from 0 to ${highestPort}, not "${address}"`);
  const wanted = port ?? match?.[2];
  const number = parsePort(String(wanted ?? defaultPort), 'up help start');
  return { host: match?.[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port: number, any: wanted === undefined };
}

/** Fails with UP_PORT_TAKEN, and says who has it where the system tells. */
export async function openListener({ host, port, any }: Address): Promise<Listener> {
  let server: Pick<Server, 'emit' | 'closeAllConnections'> | undefined;
  const early: Socket[] = [];
  const letIn = (socket: Socket) => {
    server?.emit('connection', socket);
    socket.resume();
  };
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    if (server) letIn(socket);
    else early.push(socket);
  });
  const tries = any ? triedPorts : 1;
  const open = await listenFrom(listener, host, port, tries);
  return {
    at: `${shown(host)}:${open}`,
    port: open,
    note: open === port || port === 0 ? null : `${port} is taken${by(portHolder(port))}: this is the next free one`,
    adopt(adopted) {
      server = adopted;
      early.forEach(letIn);
    },
    close() {
      listener.close();
      for (const socket of early) socket.destroy();
      server?.closeAllConnections();
    },
  };
}

async function listenFrom(listener: TcpServer, host: string, first: number, tries: number): Promise<number> {
  for (let port = first; port < first + tries; port++) {
    const failure = await listen(listener, host, port);
    if (failure === null) return (listener.address() as AddressInfo).port;
    if (failure.code !== 'EADDRINUSE')
      throw new UpError('UP_USAGE', `Cannot listen on ${host}:${port}: ${failure.message}`, { hint: 'up help start' });
  }
  const holder = portHolder(first);
  throw new UpError('UP_PORT_TAKEN', `Port ${first} on ${host} is in use by another program`, {
    ...(holder !== null && { evidence: `Held by    ${holder}` }),
    next: ['up start --port 0'],
  });
}

function listen(listener: TcpServer, host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const settle = (failure: NodeJS.ErrnoException | null) => {
      listener.removeAllListeners('error').removeAllListeners('listening');
      resolve(failure);
    };
    listener.once('error', settle).once('listening', () => settle(null));
    listener.listen(port, host);
  });
}

function by(holder: string | null): string {
  return holder === null ? '' : ` by ${holder}`;
}

function shown(host: string): string {
  if (host === '127.0.0.1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
