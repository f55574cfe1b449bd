/**
 * Ends the app and its process group when the program that runs it was killed without ending them (`kill -9`): the
 * other end of the hook's pipe is closed then. Only under `up start`; on Lambda the whole environment ends.
 */
import { Socket } from 'node:net';

/** The time that an app gets which is asked to end. */
const graceMs = 2_000;

export function endWithParent(descriptor: number): void {
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  pipe.on('error', () => {});
  pipe.once('end', endGroup);
  // Nothing is ever sent this way.
  pipe.resume();
  pipe.unref();
}

/** kill(2): 0 is the process group we are in, which is the app's own. */
function endGroup(): void {
  setTimeout(() => process.kill(0, 'SIGKILL'), graceMs).unref();
  process.kill(0, 'SIGTERM');
}
