/**
 * Ends the app, and what it has started, when the program that runs it is gone without having ended it (`kill -9`): the
 * other end of the hook's pipe closes then. Under `up start` alone; on Lambda nobody is left to notice.
 */
import { Socket } from 'node:net';

/** As long as an app has that is told to end. */
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
