/**
 * What an app may import from this package: `import { waitUntil } from 'up/runtime'`. No dependencies, and no effect
 * where nobody keeps the app.
 */

// biome-ignore lint/complexity/noBannedTypes: whatever function it is
type Keep = (promise: PromiseLike<unknown>, callee: Function) => void;

/**
 * Lets work go on after the answer: on Lambda the environment stays awake until `promise` is settled, at most until the
 * deadline of the request or for `proxy.background` seconds. The client does not wait. Without a keeper (the app runs by
 * itself, in a test say) it does nothing, and the promise goes on as any other.
 */
export function waitUntil(promise: PromiseLike<unknown>): void {
  const keeper = (globalThis as unknown as Record<symbol, Keep | undefined>)[Symbol.for('up.waitUntil')];
  if (keeper) keeper(promise, waitUntil);
  else if (process.env.UP_RUN !== undefined) warnOnce();
}

let warned = false;

/** Behind npm, in a cluster or a worker thread: kept, but not by a keeper that hears of it. */
function warnOnce(): void {
  if (warned) return;
  warned = true;
  console.warn(
    'waitUntil has no effect here: the command has to start node itself, and the main thread has to call it',
  );
}
