/** Records that wait a moment for what is known after them, one for each environment. */
import type { LogRecord } from '../../logs/record.ts';

export interface HeldRecords {
  /** Until it is released, or for so many milliseconds; the one before it goes out first. */
  hold(environment: string, record: LogRecord): void;
  release(environment: string): void;
}

export function holdRecords(milliseconds: number, write: (record: LogRecord) => void): HeldRecords {
  const held = new Map<string, { readonly record: LogRecord; readonly timer: NodeJS.Timeout }>();

  function release(environment: string): void {
    const found = held.get(environment);
    if (found === undefined) return;
    clearTimeout(found.timer);
    held.delete(environment);
    write(found.record);
  }

  return {
    hold(environment, record) {
      release(environment);
      held.set(environment, { record, timer: setTimeout(() => release(environment), milliseconds) });
    },
    release,
  };
}
