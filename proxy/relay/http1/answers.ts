/** What a parser of an app's answers is, whichever of them reads one. */
import type { Headers } from '../../../http/headers.ts';

/** What becomes of one answer. Interim ones (1xx) are read over: nothing behind Lambda can carry one. */
export interface AnswerEvents {
  head(status: number, headers: Headers): void;
  /** A view into a buffer that is read into again: it holds until this returns, unless it lies in what `room` gave. */
  body(bytes: Buffer): void;
  /** `reusable`: neither the version nor a field says that this connection ends. */
  end(reusable: boolean): void;
}

/** The events of an answer whose body may be read directly into memory of the consumer. */
export interface PlacedAnswerEvents extends AnswerEvents {
  /** Where as many of the next bytes of the body may be put as they are read. Null for anywhere. */
  room(bytes: number): Buffer | null;
}

export interface Parser<Events extends AnswerEvents = AnswerEvents> {
  /** Before a request is sent: what comes next is the answer to it. */
  expect(method: string, events: Events): void;
  /** Reads what came. Throws a ParseError. */
  read(bytes: Buffer): void;
  /** The other side has ended. Throws a ParseError when more was due. */
  finish(): void;
  /** Frees the parser; nothing may be called after it. */
  free(): void;
}

export interface PlacingParser extends Parser<PlacedAnswerEvents> {
  /** Where to read into; null for anywhere. */
  room(): Buffer | null;
}

/** What an app sent is not HTTP. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** Names and values of one head, as many as front doors would take six times over. */
export const maxHeadBytes: number = 64 * 1024;
