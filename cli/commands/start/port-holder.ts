/** Which program listens on a port: Linux tells in /proc, of processes that are ours to look at. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { cut, oneLine } from '../../output/format.ts';

const shownWidth = 40;

/** `node app.js (pid 123)`; null where it cannot be told. */
export function portHolder(port: number): string | null {
  const inodes = new Set(
    ['tcp', 'tcp6'].flatMap((table) =>
      listeners(
        attempt(() => read(`/proc/net/${table}`)),
        port,
      ),
    ),
  );
  if (inodes.size === 0) return null;
  for (const pid of attempt(() => readdirSync('/proc')) ?? []) {
    if (/^\d+$/.test(pid) && holds(pid, inodes)) return describe(pid);
  }
  return null;
}

/** proc(5): local address in the second column, state 0A for listening in the fourth, inode in the tenth. */
function listeners(table: string | null, port: number): string[] {
  const rows = (table ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return rows.filter((row) => row[3] === '0A' && row[1]?.endsWith(`:${hex}`)).map((row) => row[9] ?? '');
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.some((fd) => {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '';
    return inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '-');
  });
}

function describe(pid: string): string {
  const [program = '', ...args] = (attempt(() => read(`/proc/${pid}/cmdline`)) ?? '').split('\0').filter(Boolean);
  const command = oneLine([basename(program), ...args].join(' '));
  return `${cut(command, shownWidth)} (pid ${pid})`;
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Null where there is no /proc, the process is gone or somebody else's. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
