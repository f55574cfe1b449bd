/** Deflates batch after batch: on this thread, and for many bytes on other processors too, with the same result. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { deflateWorker } from '../paths.ts';
import type { Packed } from './deflate.ts';
import { type Batch, type Deflated, deflateBatch, packedOf } from './deflate-batch.ts';

/** A thread takes 30 ms to start, in which 1 MB is deflated. */
const worthThreadsBytes = 4_000_000;
const mostThreads = 7;
/** How many batches a thread is given in advance, so that it does not wait while this thread is busy with its own. */
const batchesAhead = 2;

export interface ThreadOptions {
  readonly workerFile?: string;
  /** Of them, beside this one. */
  readonly most?: number;
}

/**
 * Takes batches as they come, and gives each with what its contents came to to `take`, in any order. `bytes`: how many there
 * will be, about.
 */
export async function deflateAll<Some extends Batch>(
  batches: Iterable<Some>,
  bytes: number,
  take: (batch: Some, packed: readonly Packed[]) => void,
  { workerFile = deflateWorker, most = availableParallelism() - 1 }: ThreadOptions = {},
): Promise<void> {
  const here = (batch: Some) => take(batch, packedOf(deflateBatch(batch)));
  const threads = bytes < worthThreadsBytes ? [] : startThreads<Some>(workerFile, Math.min(mostThreads, most));
  const takeDone = () => {
    for (const { batch, deflated } of threads.flatMap((thread) => thread.done())) take(batch, packedOf(deflated));
  };
  try {
    for (const batch of batches) {
      const free = threads.find((thread) => thread.inHand().length < batchesAhead && !thread.isOver());
      if (free) free.give(batch);
      else here(batch);
      // For what the threads are done with, for progress and for signals.
      await setImmediate();
      takeDone();
    }
    for (const thread of threads) {
      while (thread.inHand().length > 0 && !thread.isOver()) {
        await thread.change();
        takeDone();
      }
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
  // Results that came last, and batches that a failed thread never returned.
  takeDone();
  for (const batch of threads.flatMap((thread) => thread.inHand())) here(batch);
}

interface Done<Some extends Batch> {
  readonly batch: Some;
  readonly deflated: Deflated;
}

interface Thread<Some extends Batch> {
  give(batch: Some): void;
  /** What was given and did not come back. */
  inHand(): readonly Some[];
  /** What came back since it was asked last. */
  done(): Done<Some>[];
  /** It broke off. */
  isOver(): boolean;
  /** Resolves when something came back, or when it is over. */
  change(): Promise<void>;
  /** Resolves when nothing comes any more. */
  stop(): Promise<unknown>;
}

function startThreads<Some extends Batch>(file: string, count: number): Thread<Some>[] {
  if (!existsSync(file)) return [];
  const threads: Thread<Some>[] = [];
  try {
    while (threads.length < count) threads.push(startThread(file));
  } catch {
    // As many as there may be (EAGAIN); without any, all is done here.
  }
  return threads;
}

function startThread<Some extends Batch>(file: string): Thread<Some> {
  const worker = new Worker(file);
  const given: Some[] = [];
  let came: Done<Some>[] = [];
  let [isOver, onChange] = [false, () => {}];
  for (const event of ['error', 'exit'])
    worker.on(event, () => {
      isOver = true;
      onChange();
    });
  worker.on('message', (deflated: Deflated) => {
    came.push({ batch: given.shift() as Some, deflated });
    onChange();
  });
  return {
    give(batch) {
      given.push(batch);
      worker.postMessage({ bytes: batch.bytes, lengths: batch.lengths } satisfies Batch);
    },
    inHand: () => given,
    done() {
      const all = came;
      came = [];
      return all;
    },
    isOver: () => isOver,
    change: () =>
      new Promise((resolve) => {
        onChange = resolve;
      }),
    stop: () => worker.terminate(),
  };
}
