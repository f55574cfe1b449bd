/**
 * What answers requests at one time: an app with the stack around it. A change replaces it as a whole; what cannot be
 * started has an answer too, until the next edit.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorResponse, HttpError } from '../../../http/error.ts';
import type { Lane } from '../../../local/lambda/onlookers.ts';
import { requestListener } from '../../../proxy/hosts/server.ts';
import type { UpError } from '../../errors.ts';

export interface Generation {
  serve(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** A request to speak another protocol on this connection. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Resolves when it listens, true, or will not for now. Never rejects. */
  settled(): Promise<boolean>;
  /** Its environments; only where there are any. */
  lanes?(): readonly Lane[];
  /** The next request finds no environment; only where there are any. */
  coldStart?(): void;
  stop(graceMs: number): Promise<void>;
  /** At once, for the moment in which this program exits. */
  kill(): void;
}

/** Answers every request with what is wrong. */
export function brokenGeneration({ code, message }: UpError, stage: string): Generation {
  const failure = new HttpError(502, code, message.split('\n', 1)[0] ?? message);
  const handler = async ({ context }: { context: { requestId: string } }) => errorResponse(failure, context.requestId);
  return {
    serve: requestListener({ handler, stage, timeout: 1 }),
    upgrade: (_req, socket) => void socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'),
    settled: async () => false,
    stop: async () => {},
    kill() {},
  };
}
