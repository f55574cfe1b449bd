/** Whether Go is on this machine: what takes it is left out where it is not. */
import { execFileSync } from 'node:child_process';

export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
