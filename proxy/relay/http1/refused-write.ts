/**
 * Reads the answer of an app that answered and closed before it had read the whole request: 413 for a body that is too
 * large, 401 for an unknown user. Writing the rest of the request then fails, while the answer is still in the receive
 * buffer (Linux keeps it across a reset). Node would destroy the socket and lose it.
 */
import type { Socket } from 'node:net';

/** Enough to read what has arrived: the poll phase of the first turn may be over already. */
const turns = 3;

/** After a failed write, delays the destruction of the socket for a few turns of the event loop. */
export function readOnAfterRefusedWrite(socket: Socket): void {
  const { destroy } = socket;
  let isEnding = false;
  socket.destroy = function destroyLater(error?: Error & { readonly code?: string; readonly syscall?: string }) {
    if (isEnding || !isRefusedWrite(error)) return destroy.call(this, error);
    isEnding = true;
    after(turns, () => destroy.call(this, error));
    return this;
  };
}

function isRefusedWrite(error: (Error & { readonly code?: string; readonly syscall?: string }) | undefined): boolean {
  return error?.code === 'EPIPE' || (error?.code === 'ECONNRESET' && error.syscall === 'write');
}

function after(rounds: number, work: () => void): void {
  if (rounds === 0) work();
  else setImmediate(() => after(rounds - 1, work));
}
