/** A TCP port as a user types it. A string up to here, because a parser of numbers takes "" for 0 and 0x50 for 80. */
import { UpError } from '../errors.ts';

/** Fails with UP_USAGE; `hint` is the command that helps. */
export function parsePort(text: string, hint: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UpError('UP_USAGE', `--port takes a number from 0 to 65535, not "${text}"`, { hint });
}
