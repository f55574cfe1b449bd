/**
 * One app for all threads of AWS's client. On a Managed Instance it loads the handler once in each of its worker threads
 * (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client); the first of them keeps the app, the others ask
 * it over a local socket. A line of JSON each way: a call of the keeper and its outcome.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Evidence, HttpError } from '../../http/error.ts';
import type { KeptApp } from '../main.ts';
import { noBackground } from '../relay/background.ts';
import type { Keeper } from '../relay/keeper.ts';
import type { Lease } from '../relay/lease.ts';

/** An abstract address (unix(7)): nothing is left of it when the process is gone. */
const address = `\0up-${process.pid}`;

/** The right to keep the app, and the threads that ask for it already. */
export interface Claim {
  readonly server: Server;
  readonly early: Socket[];
}

/** For whichever thread comes first; null for the others. */
export function claim(): Promise<Claim | null> {
  return new Promise((resolve, reject) => {
    const early: Socket[] = [];
    // While the app is being booted.
    const server = createServer((socket) => void early.push(socket));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve({ server, early }));
  });
}

type Call =
  | { readonly id: number; readonly call: 'ready'; readonly patience: number; readonly sure: boolean }
  | { readonly id: number; readonly call: 'settled' }
  | { readonly id: number; readonly call: 'hold'; readonly seconds: number }
  | { readonly id: number; readonly call: 'began' | 'answered' | 'exit' | 'lastLog'; readonly lease: number }
  | { readonly id: number; readonly call: 'hasExited' | 'brokeOff'; readonly lease: number; readonly patience: number }
  | { readonly id: number; readonly call: 'ended'; readonly lease: number; readonly outcome: 'over' | 'stuck' };

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly evidence: Evidence;
  readonly headers: HttpError['headers'];
}

interface Outcome {
  readonly id: number;
  readonly value?: unknown;
  readonly refusal?: Refusal;
}

/** Answers the calls of the other threads. */
export function serveThreads({ server, early }: Claim, { keeper, background }: KeptApp): void {
  // The runtime client decides how long this thread lives.
  server.unref();
  server.removeAllListeners('connection').on('connection', serve);
  for (const socket of early) serve(socket);

  function serve(socket: Socket): void {
    socket.unref();
    socket.on('error', () => {});
    const leases: Leases = { all: new Map(), ended: [] };
    eachLine(socket, async (line) => {
      const call = JSON.parse(line) as Call;
      const outcome = await perform(call, leases).catch(refusalOf);
      socket.write(`${JSON.stringify({ id: call.id, ...outcome })}\n`);
    });
  }

  async function perform(call: Call, leases: Leases): Promise<Omit<Outcome, 'id'>> {
    if (call.call === 'settled') return { value: await keeper.settled() };
    if (call.call === 'hold') return { value: background.hold(call.seconds) };
    if (call.call === 'ready') {
      const lease = await keeper.ready(call.patience, call.sure);
      leases.all.set(call.id, lease);
      return { value: { host: lease.host, port: lease.port } };
    }
    const lease = leases.all.get(call.lease);
    if (lease === undefined) return { value: null };
    if (call.call === 'ended') {
      forgetOldest(leases, call.lease);
      return { value: lease.ended(call.outcome) };
    }
    if (call.call === 'hasExited' || call.call === 'brokeOff') return { value: await lease[call.call](call.patience) };
    return { value: await lease[call.call]() };
  }
}

/** Of one thread, by the number of the call that asked for it. */
interface Leases {
  readonly all: Map<number, Lease>;
  /** Leases that have ended, and are still asked about for a moment: whether and why the app is gone. */
  readonly ended: number[];
}

const endedKept = 64;

function forgetOldest({ all, ended }: Leases, last: number): void {
  ended.push(last);
  if (ended.length > endedKept) all.delete(ended.shift() as number);
}

function refusalOf(error: unknown): Omit<Outcome, 'id'> {
  if (!(error instanceof HttpError)) throw error;
  const { status, code, message, evidence, headers } = error;
  return { refusal: { status, code, message, evidence, headers } };
}

/** The app that another thread keeps. When that thread ends, so does this one: the platform starts both anew. */
export function followThread(): KeptApp {
  const socket = connect(address);
  socket.unref();
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let calls = 0;

  eachLine(socket, async (line) => {
    const outcome = JSON.parse(line) as Outcome;
    waiting.get(outcome.id)?.(outcome);
    waiting.delete(outcome.id);
  });
  // The `close` event that follows handles every error.
  socket.on('error', () => {});
  socket.once('close', () => {
    throw new Error('the thread that keeps the app has ended');
  });

  function call(fields: Record<string, unknown>, id = ++calls): Promise<unknown> {
    socket.write(`${JSON.stringify({ ...fields, id })}\n`);
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ value, refusal }) => {
        if (!refusal) return resolve(value);
        const { status, code, message, evidence, headers } = refusal;
        reject(new HttpError(status, code, message, evidence, headers));
      });
    });
  }

  async function ready(patience: number, sure = false): Promise<Lease> {
    const id = ++calls;
    const { host, port } = (await call({ call: 'ready', patience, sure }, id)) as Lease;
    return {
      host,
      port,
      began: () => void call({ call: 'began', lease: id }),
      answered: () => void call({ call: 'answered', lease: id }),
      ended: (outcome) => void call({ call: 'ended', lease: id, outcome }),
      hasExited: async (waited) => (await call({ call: 'hasExited', lease: id, patience: waited })) as boolean,
      brokeOff: async (waited) => (await call({ call: 'brokeOff', lease: id, patience: waited })) as boolean,
      exit: async () => (await call({ call: 'exit', lease: id })) as Evidence | null,
      lastLog: async () => (await call({ call: 'lastLog', lease: id })) as string | null,
    };
  }

  const keeper: Keeper = {
    ready,
    settled: async () => (await call({ call: 'settled' })) === true,
    // The thread that keeps the app does these.
    logged: async () => {},
    stop: async () => {},
    kill: () => {},
  };
  return { keeper, background: { ...noBackground, hold: (seconds) => void call({ call: 'hold', seconds }) } };
}

function eachLine(socket: Socket, onLine: (line: string) => Promise<void>): void {
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => void onLine(line));
  // readline repeats the error of its input, and would throw it.
  lines.on('error', () => {});
}
