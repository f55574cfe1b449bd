/** What a parser of an app's answers is, whichever of them reads one. */
import type { Headers } from '../../../http/headers.ts';

/** What becomes of one answer. Interim ones (1xx) are read over: nothing behind Lambda can carry one. */
export interface AnswerEvents {
  head(status: number, headers: Headers): void;
  /** A view into a buffer that is read into again: it holds until this returns. */
  body(bytes: Buffer): void;
  /** `reusable`: neither the version nor a field says that this connection ends. */
  end(reusable: boolean): void;
}

export interface Parser {
  /** Before a request is sent: what comes next is the answer to it. */
  expect(method: string, events: AnswerEvents): void;
  /** Reads `length` bytes of `chunk`, at most `maxChunkBytes`. Throws a ParseError. */
  read(chunk: Buffer, length: number): void;
  /** The other side has ended. Throws a ParseError when more was due. */
  finish(): void;
  /** To be called once, with which everything else is over. */
  free(): void;
}

/** What an app sent is not HTTP. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** What is read from a socket at a time. */
export const maxChunkBytes = 64 * 1024;
