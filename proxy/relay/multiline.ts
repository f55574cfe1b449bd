/**
 * Joins lines to records. A record is known to be whole when the next line does not continue it; until then it is held,
 * and whoever feeds the lines says by `flush` when no more are to be waited for.
 */
import { continues, isJson, type Report, reportBelow, reportOf } from './continuation.ts';
import { maxLineBytes } from './lines.ts';

/** A longer record is cut: it is handed out marked as cut, and its rest becomes the next record. */
const most = { lines: 1_000, chars: maxLineBytes };

export type OnRecord = (text: string, cut: boolean) => void;

export interface Multiline {
  add(line: string, cut: boolean, spaced: boolean): void;
  /** Hands out what is held. */
  flush(): void;
  isHolding(): boolean;
}

interface Held {
  readonly lines: string[];
  report: Report | null;
  previous: string;
  chars: number;
  cut: boolean;
}

export function joinLines(onRecord: OnRecord): Multiline {
  let held: Held | null = null;

  function flush(): void {
    if (held === null) return;
    const { lines, cut } = held;
    held = null;
    onRecord(lines.length === 1 ? (lines[0] ?? '') : lines.join('\n'), cut);
  }

  function begin(line: string, cut: boolean, report: Report | null): void {
    held = { lines: [line], report, previous: line, chars: line.length, cut };
  }

  /** Nothing is lost but that both parts belong together. */
  function split(at: Held, line: string, cut: boolean): void {
    at.cut = true;
    flush();
    begin(line, cut, at.report);
  }

  function append(to: Held, line: string, cut: boolean, spaced: boolean): void {
    if (spaced) to.lines.push('');
    to.lines.push(line);
    to.previous = line;
    to.report = reportBelow(to.report, line);
    to.chars += line.length + 1;
    to.cut ||= cut;
  }

  return {
    add(line, cut, spaced) {
      if (isJson(line)) {
        flush();
        return onRecord(line, cut);
      }
      if (held !== null && continues({ line, spaced, previous: held.previous, report: held.report })) {
        if (isFull(held, line)) split(held, line, cut);
        else append(held, line, cut, spaced);
        return;
      }
      flush();
      begin(line, cut, reportOf(line));
    },
    flush,
    isHolding: () => held !== null,
  };
}

function isFull({ lines, chars }: Held, line: string): boolean {
  return lines.length >= most.lines || chars + line.length > most.chars;
}
