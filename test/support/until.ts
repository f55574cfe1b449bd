/** Waiting in tests: look again and again until it holds, and fail with what was waited for. No sleep "to make sure". */

const lookAgainMs = 10;

/** Resolves with the first value that is neither null, undefined nor false. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  milliseconds = 10_000,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found as Exclude<T, null | undefined | false>;
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}
