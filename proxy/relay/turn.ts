/** Resolves after the current poll phase of the event loop, when all I/O it has found has been delivered. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
