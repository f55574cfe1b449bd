/** Deflates many contents: here, and where there are many bytes on the other processors too. The bytes are the same. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { deflateWorker } from '../paths.ts';
import { deflate, type Packed } from './deflate.ts';
import { batchOf, type Deflated, packedOf } from './deflate-batch.ts';

/** A thread takes 30 ms to start, in which 1 MB is deflated. */
const worthThreadsBytes = 4_000_000;
const mostThreads = 7;
/** What a thread gets at once, and how much is deflated here before the event loop turns, for progress and signals. */
const batchBytes = 500_000;
/** Given ahead, so that none waits for this thread to look up from its own. */
const batchesAhead = 2;

/** In the order of the contents. `onDone` is told of the share that is done, from 0 to 1, now and then. */
export async function deflateAll(
  contents: readonly Uint8Array[],
  onDone: (share: number) => void = () => {},
  workerFile: string = deflateWorker,
): Promise<Packed[]> {
  const all = contents.reduce((sum, { length }) => sum + length, 0);
  const packed: Packed[] = [];
  const batches = batchesOf(contents);
  let doneBytes = 0;
  const take = (indices: readonly number[], found: readonly Packed[]) => {
    for (const [at, index] of indices.entries()) packed[index] = found[at] as Packed;
    for (const { size } of found) doneBytes += size;
    onDone(all === 0 ? 1 : doneBytes / all);
  };
  const here = (indices: readonly number[]) =>
    take(
      indices,
      indices.map((index) => deflate(contents[index] as Uint8Array)),
    );
  const workers = all < worthThreadsBytes ? [] : startWorkers(workerFile, Math.min(mostThreads, batches.length));
  try {
    const elsewhere = workers.map((worker) => work(worker, () => batches.shift(), contents, take));
    for (let next = batches.shift(); next; next = batches.shift()) {
      here(next);
      await setImmediate();
    }
    // What a thread that broke off had in hand is still to be done.
    for (const indices of (await Promise.all(elsewhere)).flat()) here(indices);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return packed;
}

/** Indices of contents. */
type Indices = readonly number[];

function batchesOf(contents: readonly Uint8Array[]): Indices[] {
  const batches: number[][] = [];
  let room = 0;
  for (const [index, { length }] of contents.entries()) {
    if (room <= 0) {
      batches.push([]);
      room = batchBytes;
    }
    batches.at(-1)?.push(index);
    room -= length;
  }
  return batches;
}

function startWorkers(file: string, most: number): Worker[] {
  const count = Math.min(most, availableParallelism() - 1);
  if (!existsSync(file)) return [];
  return Array.from({ length: Math.max(0, count) }, () => new Worker(file));
}

/** Resolves when there is nothing more to take, with what was given out and did not come back. */
function work(
  worker: Worker,
  next: () => Indices | undefined,
  contents: readonly Uint8Array[],
  take: (indices: Indices, packed: readonly Packed[]) => void,
): Promise<Indices[]> {
  const given: Indices[] = [];
  return new Promise((resolve) => {
    const give = () => {
      const indices = next();
      if (indices === undefined) return;
      given.push(indices);
      const batch = batchOf(indices.map((index) => contents[index] as Uint8Array));
      worker.postMessage(batch, [batch.bytes.buffer as ArrayBuffer]);
    };
    const settle = () => resolve(given);
    worker.once('error', settle);
    worker.once('exit', settle);
    worker.on('message', (deflated: Deflated) => {
      take(given.shift() ?? [], packedOf(deflated));
      give();
      if (given.length === 0) settle();
    });
    for (let ahead = 0; ahead < batchesAhead; ahead++) give();
    if (given.length === 0) settle();
  });
}
