/** How late the local platform is to be. */
import { UpError } from '../errors.ts';

const defaultSeconds = 2;
const mostSeconds = 60;

/** Milliseconds. Fails with UP_USAGE. */
export function parseLag(text: string): number {
  const seconds = text === '' ? defaultSeconds : Number(text);
  if (seconds >= 0 && seconds <= mostSeconds) return seconds * 1_000;
  throw new UpError('UP_USAGE', `--lag takes seconds, from 0 to ${mostSeconds}, not "${text}"`, {
    hint: `up local --lag ${defaultSeconds}`,
  });
}
