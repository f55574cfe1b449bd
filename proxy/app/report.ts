/**
 * What a Node app's process tells the proxy, as lines of JSON on a descriptor of their own. Everything in this folder
 * runs inside the app, before its first line: no dependencies, and no failure that the app could notice.
 */
import { fstatSync, writeSync } from 'node:fs';

export type Report =
  /** A server listens: `{"port": 3000, "address": "::"}`. */
  | { readonly port: number; readonly address: string }
  /** Work that is to go on after the answer, by number, and where it was handed over. */
  | { readonly waiting: number; readonly place: string }
  | { readonly done: number }
  /** A timer that a freeze would stop; `delay` in milliseconds. */
  | { readonly timer: string; readonly delay: number; readonly place: string }
  /** After the last answer nothing goes on any more. */
  | { readonly quiet: true };

export type Tell = (report: Report) => void;

export function reporter(descriptor: number): Tell {
  const pipe = identityOf(descriptor);
  return (report) => {
    try {
      // An app may close what it does not know, and get the number for a file of its own.
      if (identityOf(descriptor) === pipe) writeSync(descriptor, `${JSON.stringify(report)}\n`);
    } catch {
      // The proxy is gone or does not read; the app has nothing to do with that.
    }
  };
}

/** In big numbers: see `isPipe` in preload.ts. */
function identityOf(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return `${dev}:${ino}`;
}
