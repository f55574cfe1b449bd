/** When does the app accept connections? The preload hook tells; for everything else connecting tells. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { splitLines } from './lines.ts';
import type { AppProcess } from './process.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Measured: polling every 5 ms learns of a `listen()` 4.7 ms after it on average, every 10 ms 11 ms. */
const pollMs = 5;
/** With the hook, polling only finds servers that the hook cannot see (cluster workers, children of npm). */
const pollBesideHookMs = 50;

/**
 * Resolves with the address as soon as the app listens on its port; null when it exited before.
 * `onOtherPort` is told about servers that listen elsewhere: the usual reason for never getting ready.
 */
export function untilListening(app: AppProcess, onOtherPort: (port: number) => void): Promise<Address | null> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (address: Address | null) => {
      settled = true;
      resolve(address);
    };
    void app.exited.then(() => settle(null));
    followHook(app, settle, onOtherPort);
    void poll(app, settle, () => settled);
  });
}

function followHook(app: AppProcess, settle: (address: Address) => void, onOtherPort: (port: number) => void): void {
  if (app.listens === null) return;
  const lines = splitLines((line) => {
    const address = parseAddress(line);
    if (address === null) return;
    if (address.port === app.port) settle(address);
    else onOtherPort(address.port);
  });
  app.listens.on('data', (chunk: Buffer) => lines.write(chunk));
  // EPIPE and the like: the exit of the app is told by `exited`.
  app.listens.on('error', () => {});
}

/** A server on all addresses, or on the IPv4 loopback, is reached on the IPv4 loopback. */
function parseAddress(line: string): Address | null {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null) return null;
  if (!('port' in value) || !('address' in value) || typeof value.port !== 'number') return null;
  const host = String(value.address);
  return { host: host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port: value.port };
}

/** The descriptor is the app's to write on, so what arrives need not be ours. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function poll(app: AppProcess, settle: (address: Address) => void, settled: () => boolean): Promise<void> {
  const interval = app.listens === null ? pollMs : pollBesideHookMs;
  if (app.listens !== null) await sleep(interval);
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
