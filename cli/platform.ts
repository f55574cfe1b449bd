/** What a system does not have, said before anything is begun. */
import { UpError } from './errors.ts';

/** Processes can be stopped and continued there, which is what a freeze is. */
export function canFreeze(platform: NodeJS.Platform): boolean {
  return platform !== 'win32';
}

/** Throws UP_PLATFORM for `what` needs the local Lambda. */
export function requireFreeze(what: string, platform: NodeJS.Platform): void {
  if (canFreeze(platform)) return;
  throw new UpError('UP_PLATFORM', `${what} needs Linux or macOS: Windows cannot freeze a process`);
}
