/**
 * An app may answer before it has read the whole request, and close: 413 for a body that is too large, 401 for nobody it
 * knows. The system then refuses what is still to be written, while the answer lies ready to be read (Linux keeps it beside
 * a reset). Node would drop it with the socket.
 */
import type { Socket } from 'node:net';

/** Enough to read what has arrived: the poll of the first turn may have been over. */
const turns = 3;

/** Reads on for a moment when a write has failed. */
export function hearOut(socket: Socket): void {
  const { destroy } = socket;
  let isEnding = false;
  socket.destroy = function hearOut(error?: Error & { readonly code?: string; readonly syscall?: string }) {
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
