/** Ends after the poll of the event loop that is on: what it has found is handed out by then. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
