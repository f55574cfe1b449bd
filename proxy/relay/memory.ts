/**
 * Whether the kernel has killed a process for lack of memory: the likely cause of a SIGKILL that this proxy did not
 * send.
 */
import { readFileSync } from 'node:fs';

let before = oomKills();

/** Since it was asked last. */
export function wasOutOfMemory(): boolean {
  const now = oomKills();
  const happened = now > before;
  before = now;
  return happened;
}

/** proc(5): `oom_kill` of /proc/vmstat counts them since boot; 0 where there is no such file. */
function oomKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
