/**
 * How many requests the app's HTTP servers are at, by Node's own channels:
 * https://nodejs.org/api/diagnostics_channel.html#http
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

export interface Requests {
  /** Called when a request comes while none is in flight. */
  onBusy(listener: () => void): void;
  /** Called when the last answer is out. */
  onIdle(listener: () => void): void;
  inFlight(): number;
}

export function watchRequests(): Requests {
  const busy: (() => void)[] = [];
  const idle: (() => void)[] = [];
  let inFlight = 0;

  subscribe('http.server.request.start', (message) => {
    if (inFlight++ === 0) for (const listener of busy) listener();
    // Emitted however an answer ends.
    (message as { response: ServerResponse }).response.once('close', () => {
      if (--inFlight === 0) for (const listener of idle) listener();
    });
  });
  return {
    onBusy: (listener) => void busy.push(listener),
    onIdle: (listener) => void idle.push(listener),
    inFlight: () => inFlight,
  };
}
