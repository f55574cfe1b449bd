/** Finds out when the app accepts connections: by the preload hook in Node apps, else by connecting. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from './process.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Measured: polling every 5 ms learns of a `listen()` 4.7 ms after it on average, every 10 ms 11 ms. */
const pollMs = 5;
/** With the hook, polling only finds servers that the hook cannot see (cluster workers, children of npm). */
const pollBesideHookMs = 50;

/** The address the app listens on as soon as it does; null when it exited before. */
export interface Readiness {
  readonly address: Promise<Address | null>;
  /** To be told of each `listen()` that the hook sees; false for one on another port. */
  onListening(port: number, address: string): boolean;
}

export function awaitListening(app: AppProcess): Readiness {
  let settled = false;
  let settle: (address: Address | null) => void = () => {};
  const address = new Promise<Address | null>((resolve) => {
    settle = (found) => {
      settled = true;
      resolve(found);
    };
  });
  void app.exited.then(() => settle(null));
  void poll(app, settle, () => settled);
  return {
    address,
    onListening(port, host) {
      if (port !== app.port) return false;
      settle({ host: host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port });
      return true;
    },
  };
}

async function poll(app: AppProcess, settle: (address: Address) => void, settled: () => boolean): Promise<void> {
  const interval = app.reports === null ? pollMs : pollBesideHookMs;
  if (app.reports !== null) await sleep(interval);
  while (!settled()) {
    for (const host of ['127.0.0.1', '::1']) {
      if (await accepts(host, app.port)) return settle({ host, port: app.port });
    }
    await sleep(interval);
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
