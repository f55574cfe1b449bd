/**
 * Stands between the program and an AWS endpoint, and at one call does what goes wrong in life: the program is killed
 * before or after the call took effect, the answer is lost or cut short, AWS throttles, fails, denies, or no longer
 * knows the session. Everything else passes as it is.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { readCall } from './aws-call.ts';
import { failure, serviceOf } from './aws-failures.ts';

export const faults = [
  /** SIGKILL; the call never arrives. */
  'kill before',
  /** SIGKILL; the call has taken effect. */
  'kill after',
  /** The call takes effect, and the connection is reset instead of an answer. */
  'drop',
  /** The call takes effect, and its answer breaks off in the middle. */
  'truncate',
  /** Twice "slow down", then it is let through. */
  'throttle',
  /** This call and every later one: 500. */
  'outage',
  /** This operation is not allowed. */
  'deny',
  /** The session ends: this call and every later one. */
  'expire',
  /** Ctrl-C while the call, which takes effect, is under way. */
  'interrupt',
] as const;
export type Fault = (typeof faults)[number];

export interface Armed {
  readonly fault: Fault;
  /** The operation, and which of its calls, from 1. */
  readonly operation: string;
  readonly nth: number;
  /** Sends the program a signal. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

export interface FaultProxy {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** From now on calls are counted anew; null lets all of them pass. */
  arm(armed: Armed | null): void;
  /** Operations since then, in the order of their arrival, retries among them. */
  calls(): readonly string[];
  /** The armed call has come. */
  hasStruck(): boolean;
  close(): void;
}

const throttledCalls = 2;

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let armed: Armed | null = null;
  let calls: string[] = [];
  let struck = 0;

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await buffer(req);
    const { operation } = readCall(req, body);
    calls.push(operation);
    const count = calls.filter((name) => name === operation).length;
    const now = armed;
    if (now === null || !strikes(now, operation, count)) return answer(res, await forward(target, req, body));
    struck++;
    await strike(now, req, body, res, operation);
  }

  function strikes({ fault, operation, nth }: Armed, name: string, count: number): boolean {
    const isIt = name === operation && count >= nth;
    if (fault === 'outage' || fault === 'expire') return isIt || struck > 0;
    if (fault === 'deny') return isIt;
    if (fault === 'throttle') return isIt && struck < throttledCalls;
    return isIt && struck === 0;
  }

  async function strike({ fault, kill }: Armed, req: IncomingMessage, body: Buffer, res: ServerResponse, name: string) {
    if (fault === 'throttle' || fault === 'outage' || fault === 'deny' || fault === 'expire')
      return answer(res, failure(fault, serviceOf(req.headers.authorization), name));
    const passed = fault === 'kill before' ? null : await forward(target, req, body);
    if (fault === 'drop') return void res.socket?.resetAndDestroy();
    if (fault === 'truncate' && passed) return breakOff(res, passed);
    // No answer: the program ends with its connection open.
    kill(fault === 'interrupt' ? 'SIGINT' : 'SIGKILL');
  }

  const server = createServer((req, res) => {
    // A client that was killed has nobody left to answer.
    handle(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm(next) {
      armed = next;
      calls = [];
      struck = 0;
    },
    calls: () => calls,
    hasStruck: () => struck > 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

function forward(target: string, req: IncomingMessage, body: Buffer): Promise<Reply> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve, reject) => {
    const { method, url: path, headers } = req;
    const passed = request({ hostname, port, method, path, headers }, (answer) => {
      const status = answer.statusCode ?? 502;
      buffer(answer).then((bytes) => resolve({ status, headers: answer.headers, body: bytes }), reject);
    });
    passed.once('error', reject);
    passed.end(body);
  });
}

function answer(res: ServerResponse, { status, headers, body }: Reply): void {
  res.writeHead(status, headers).end(body);
}

/** Headers that promise the whole answer, half of it, and the end; of an answer without a body, half of its head. */
function breakOff(res: ServerResponse, { status, headers, body }: Reply): void {
  if (body.length === 0) return void res.socket?.end(`HTTP/1.1 ${status} `);
  res.writeHead(status, headers);
  res.write(body.subarray(0, body.length >> 1), () => res.socket?.end());
}
