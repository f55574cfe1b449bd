/**
 * How long this process has existed. Its own clock begins with Node; the shell of `_up/bootstrap`, whose process it is,
 * was there before, and a small function on a busy machine may have spent a part of its init in it.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { statOf } from '../relay/descendants.ts';

/** proc(5): `starttime` of /proc/pid/stat, the 22nd field, is in clock ticks, of which Linux shows 100 a second. */
const tickMs = 10;
/** A sandbox may count the two from different moments. */
const mostMs = 60_000;

/** Milliseconds since fork(2); since Node began where /proc does not tell. */
export function processAge(): number {
  try {
    const starttime = statOf(process.pid)[19];
    const [uptime] = readFileSync('/proc/uptime', 'latin1').split(' ');
    const age = Number(uptime) * 1_000 - Number(starttime) * tickMs;
    return age < mostMs ? Math.max(performance.now(), age) : performance.now();
  } catch {
    return performance.now();
  }
}
