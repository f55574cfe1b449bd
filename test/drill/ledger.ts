/** What the fault app wrote down, one line at a time, in a file that outlives it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Delivery {
  readonly token: string;
  readonly method: string;
  readonly requestId: string;
}

export interface Ledger {
  /** Requests that reached the app, in their order. */
  deliveries(): Delivery[];
  /** How often the app was started. */
  starts(): number;
  /** When an app ended itself because this request told it to; null when none did. Epoch milliseconds. */
  endedBy(token: string): number | null;
  /** Whether an app was told where the Runtime API is. */
  sawApi(): boolean;
  clear(): void;
}

export function ledgerIn(dir: string): Ledger {
  const path = join(dir, 'ledger');
  const lines = (kind: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([first]) => first === kind);

  writeFileSync(path, '');
  return {
    deliveries: () =>
      lines('request').map(([, token = '', method = '', requestId = '']) => ({ token, method, requestId })),
    starts: () => lines('start').length,
    endedBy: (token) =>
      lines('end')
        .filter(([, by]) => by === token)
        .map((line) => Number(line.at(-1)))[0] ?? null,
    sawApi: () => lines('api').length > 0,
    clear: () => writeFileSync(path, ''),
  };
}
