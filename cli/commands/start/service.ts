/**
 * Serves one generation after another. While one is replaced, requests wait for the next; those that are being answered
 * come first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../../../local/lambda/onlookers.ts';
import type { Generation } from './generation.ts';

export interface ServiceOptions {
  /** Makes the next generation; never rejects. What takes long and needs no app stopped is done in `prepare`. */
  readonly prepare: () => Promise<() => Promise<Generation>>;
}

export interface Service {
  serve(req: IncomingMessage, res: ServerResponse): Promise<void>;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Replaces what runs. Resolves when the next one listens, true, or will not for now. */
  replace(): Promise<boolean>;
  coldStart(): Promise<void>;
  /** The environments of what runs; null where there are none. */
  lanes(): readonly Lane[] | null;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/** How long requests may take that were under way before the edit. */
const drainMs = 2_000;
/** Once every answer has begun: what streams without end is not waited for. */
const streamMs = 100;
const pollMs = 5;
/** How long the old app may take to end; whoever waits for the new one waits for this too. */
const replaceGraceMs = 500;

export function createService(first: Generation, { prepare }: ServiceOptions): Service {
  /** Resolves with the generation that serves: at once, except while it is being replaced. */
  let current = Promise.resolve(first);
  let latest = first;
  /** Set while a replacement waits to begin: further changes until then are part of it. */
  let next: Promise<boolean> | null = null;
  let isStopped = false;
  const open = new Set<ServerResponse>();
  // Logs a warning if the app never listens, even without a request.
  void first.settled();

  function replace(): Promise<boolean> {
    next ??= begin();
    return next;
  }

  async function begin(): Promise<boolean> {
    const made = current.then(async (old) => {
      next = null;
      if (isStopped) return old;
      const [make] = await Promise.all([prepare(), retire(old)]);
      latest = await make();
      if (isStopped) latest.kill();
      return latest;
    });
    current = made;
    return (await made).settled();
  }

  async function retire(old: Generation): Promise<void> {
    const until = performance.now() + drainMs;
    let streamsUntil = Number.POSITIVE_INFINITY;
    while (open.size > 0 && performance.now() < Math.min(until, streamsUntil)) {
      if ([...open].every(({ headersSent }) => headersSent))
        streamsUntil = Math.min(streamsUntil, performance.now() + streamMs);
      await sleep(pollMs);
    }
    await old.stop(replaceGraceMs);
  }

  return {
    async serve(req, res) {
      const generation = await current;
      open.add(res);
      res.once('close', () => open.delete(res));
      await generation.serve(req, res);
    },
    async upgrade(req, socket, head) {
      // Node has taken its own listener off the socket: without one, a client that resets it would end this process.
      socket.on('error', () => socket.destroy());
      (await current).upgrade(req, socket, head);
    },
    replace,
    async coldStart() {
      (await current).coldStart?.();
    },
    lanes: () => latest.lanes?.() ?? null,
    async stop(graceMs) {
      isStopped = true;
      const running = await current;
      await running.stop(graceMs);
    },
    kill: () => latest.kill(),
  };
}
