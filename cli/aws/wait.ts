/** Waiting for AWS, in one place: bounded, and saying what it waits for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UpError } from '../errors.ts';

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** What is awaited: "the function to be active". */
  readonly for: string;
  /** Told once, when it takes long enough for a person to wonder. */
  readonly onSlow?: () => void;
  /** What it was in vain for, where that is not AWS being slow. */
  readonly inVain?: () => UpError;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;
const slowMs = 5_000;

/** Calls `check` until it gives something but null. The first call is at once; pauses double. */
export async function waitUntil<T>(check: () => Promise<T | null>, options: WaitOptions): Promise<T> {
  const started = Date.now();
  let told = false;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const result = await check();
    if (result !== null) return result;
    const waited = Date.now() - started;
    if (waited > options.timeout) {
      if (options.inVain) throw options.inVain();
      throw new UpError('UP_AWS_UNAVAILABLE', `Waited ${Math.round(waited / 1000)} s for ${options.for}`);
    }
    if (waited > slowMs && !told) {
      told = true;
      options.onSlow?.();
    }
    await sleep(pause);
  }
}
