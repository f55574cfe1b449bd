/** Deflates batch after batch: here, and where there are many bytes on the other processors too. The bytes are the same. */
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
/** Given ahead, so that none waits for this thread to look up from its own. */
const batchesAhead = 2;

/**
 * Takes batches as they come, and gives each with what its contents came to to `take`, in any order. `bytes`: how many there
 * will be, about.
 */
export async function deflateAll<Some extends Batch>(
  batches: Iterable<Some>,
  bytes: number,
  take: (batch: Some, packed: readonly Packed[]) => void,
  workerFile: string = deflateWorker,
): Promise<void> {
  const here = (batch: Some) => take(batch, packedOf(deflateBatch(batch)));
  const threads = bytes < worthThreadsBytes ? [] : startThreads(workerFile, take);
  try {
    for (const batch of batches) {
      const free = threads.find((thread) => thread.inHand().length < batchesAhead && !thread.isOver());
      if (free) free.give(batch);
      else here(batch);
      // For what the threads are done with, for progress and for signals.
      await setImmediate();
    }
    await Promise.all(threads.map((thread) => thread.finish()));
    for (const batch of threads.flatMap((thread) => thread.inHand())) here(batch);
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

interface Thread<Some extends Batch> {
  give(batch: Some): void;
  /** What was given and did not come back: still to be done, when the thread is over. */
  inHand(): readonly Some[];
  /** It broke off. */
  isOver(): boolean;
  /** Resolves when nothing is in hand, or when it is over. */
  finish(): Promise<void>;
  stop(): Promise<unknown>;
}

function startThreads<Some extends Batch>(
  file: string,
  take: (batch: Some, packed: readonly Packed[]) => void,
): Thread<Some>[] {
  if (!existsSync(file)) return [];
  const count = Math.min(mostThreads, availableParallelism() - 1);
  return Array.from({ length: Math.max(0, count) }, () => startThread(file, take));
}

function startThread<Some extends Batch>(
  file: string,
  take: (batch: Some, packed: readonly Packed[]) => void,
): Thread<Some> {
  const worker = new Worker(file);
  const given: Some[] = [];
  let [isOver, onChange] = [false, () => {}];
  for (const event of ['error', 'exit'])
    worker.once(event, () => {
      isOver = true;
      onChange();
    });
  worker.on('message', (deflated: Deflated) => {
    take(given.shift() as Some, packedOf(deflated));
    onChange();
  });
  return {
    give(batch) {
      given.push(batch);
      worker.postMessage({ bytes: batch.bytes, lengths: batch.lengths } satisfies Batch);
    },
    inHand: () => given,
    isOver: () => isOver,
    async finish() {
      while (given.length > 0 && !isOver)
        await new Promise<void>((resolve) => {
          onChange = resolve;
        });
    },
    stop: () => worker.terminate(),
  };
}
