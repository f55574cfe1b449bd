/** A thread that deflates: batches of contents in, what they come to out, in the same order. */
import { parentPort } from 'node:worker_threads';
import { type Batch, deflateBatch } from './deflate-batch.ts';

parentPort?.on('message', (batch: Batch) => {
  const done = deflateBatch(batch);
  parentPort?.postMessage(done, [done.bytes.buffer as ArrayBuffer]);
});
