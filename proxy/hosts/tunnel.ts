/**
 * WebSockets under `up start`: a request to upgrade goes to the app as it came, and from then on both sides have a
 * connection of bytes. Nothing of the stack looks into it. Deployed, an HTTP API and a Function URL pass no upgrades on.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpError } from '../../http/error.ts';
import type { Keeper } from '../relay/keeper.ts';
import { writeRefusal } from './unreadable.ts';

export interface TunnelOptions {
  readonly keeper: Pick<Keeper, 'ready'>;
  readonly stage: string;
  /** Milliseconds an upgrade waits for an app that is starting. */
  readonly patience: number;
}

export type Tunnel = (req: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

/** Never rejects: a failure is an answer, or the end of the connection. */
export function tunnel({ keeper, stage, patience }: TunnelOptions): Tunnel {
  return async function tunnel(req, client, head) {
    // The client may leave while the app is being connected to.
    client.on('error', () => client.destroy());
    try {
      const { host, port } = await keeper.ready(patience);
      if (client.destroyed) return;
      const app = connect({ host, port, allowHalfOpen: true, noDelay: true });
      app.once('error', () => client.destroy());
      app.once('close', () => client.destroy());
      client.once('close', () => app.destroy());
      app.once('connect', () => {
        app.write(requestHead(req, stage), 'latin1');
        if (head.length > 0) app.write(head);
        join(client, app);
      });
    } catch (error) {
      refuse(client, error);
    }
  };
}

/** The end of one direction is passed on; an end by force ends both. */
function join(client: Duplex, app: Socket): void {
  if ('setTimeout' in client && typeof client.setTimeout === 'function') client.setTimeout(0);
  client.pipe(app).pipe(client);
}

function refuse(client: Duplex, error: unknown): void {
  writeRefusal(client, error instanceof HttpError ? error : new HttpError(502, 'UP_APP_CLOSED', 'no app'));
}

/** Header fields that the app trusts: a client's own copies are dropped. */
const ours = /^(?:x-request-id|x-stage|x-context|x-forwarded-.*)$/;

function requestHead(req: IncomingMessage, stage: string): string {
  const { method, url, rawHeaders, headers, socket } = req;
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (!ours.test(name.toLowerCase().replaceAll('_', '-'))) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  const ip = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const before = headers['x-forwarded-for'];
  lines.push(
    `x-forwarded-for: ${[before, ip].filter(Boolean).join(', ')}`,
    `x-forwarded-port: ${socket.localPort ?? ''}`,
    `x-forwarded-proto: ${'encrypted' in socket ? 'https' : 'http'}`,
    `x-request-id: ${randomUUID()}`,
    `x-stage: ${stage}`,
  );
  return `${lines.join('\r\n')}\r\n\r\n`;
}
