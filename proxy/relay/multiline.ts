/**
 * Joins lines to records. A record is known to be whole when the next line does not continue it; until then it is held,
 * and whoever feeds the lines says by `flush` when no more are to be waited for.
 */
import { continues, endsMessage, isJson, opensMessage, type Report, reportBelow, reportOf } from './continuation.ts';
import { maxLineBytes } from './lines.ts';

/** An error whose message has more lines than these is known by none of them. */
const mostLinesOfMessage = 50;

/** A longer record is cut: it is handed out marked as cut, and its rest becomes the next record. */
const most = { lines: 1_000, chars: maxLineBytes };

export type OnRecord = (text: string, cut: boolean) => void;

export interface Multiline {
  add(line: string, cut: boolean, spaced: boolean): void;
  /** Hands out what is held. */
  flush(): void;
  isHolding(): boolean;
}

interface Line {
  readonly line: string;
  readonly cut: boolean;
  readonly spaced: boolean;
}

interface Held {
  readonly lines: string[];
  /** Below an error that has no frames yet: lines of its message if frames follow, records of their own if none do. */
  readonly open: Line[] | null;
  report: Report | null;
  previous: string;
  chars: number;
  cut: boolean;
}

export function joinLines(onRecord: OnRecord): Multiline {
  let held: Held | null = null;

  function flush(): void {
    if (held === null) return;
    const { lines, cut, open } = held;
    held = null;
    onRecord(lines.length === 1 ? (lines[0] ?? '') : lines.join('\n'), cut);
    // The first is no part of what was held, and may be followed by others that are a part of it.
    for (const { line, cut, spaced } of open ?? []) add(line, cut, spaced);
    if (open !== null && open.length > 0) flush();
  }

  function begin(line: string, cut: boolean, report: Report | null): void {
    const open = opensMessage(line) ? [] : null;
    held = { lines: [line], open, report, previous: line, chars: line.length, cut };
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

  /** Takes all that stands between an error and its frames for the message. */
  function close(at: Held, open: readonly Line[]): Held {
    const closed = { ...at, open: null };
    for (const { line, cut, spaced } of open) append(closed, line, cut, spaced);
    return closed;
  }

  function add(line: string, cut: boolean, spaced: boolean): void {
    if (isJson(line)) {
      flush();
      onRecord(line, cut);
      return;
    }
    if (held?.open && endsMessage(line)) held = close(held, held.open);
    const goesOn = held !== null && continues({ line, spaced, previous: held.previous, report: held.report });
    if (held?.open && (held.open.length > 0 || !goesOn)) {
      if (mayBelong(held.open, line)) {
        held.open.push({ line, cut, spaced });
        return;
      }
    } else if (held !== null && goesOn) {
      if (isFull(held, line)) split(held, line, cut);
      else append(held, line, cut, spaced);
      return;
    }
    flush();
    begin(line, cut, reportOf(line));
  }

  return { add, flush, isHolding: () => held !== null };
}

function mayBelong(open: readonly Line[], line: string): boolean {
  return open.length < mostLinesOfMessage && !opensMessage(line);
}

function isFull({ lines, chars }: Held, line: string): boolean {
  return lines.length >= most.lines || chars + line.length > most.chars;
}
