/**
 * Whether this program is in the foreground of its terminal: one that was started with `&` is stopped when it reads
 * from it.
 */
import { readFileSync } from 'node:fs';

/** proc(5): the process group is the fifth field, that of the terminal's foreground the eighth. True where it is not told. */
export function isForeground(): boolean {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    // No /proc here.
    return true;
  }
}
