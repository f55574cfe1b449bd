/**
 * Reads the answers of an app, which is not trusted to speak HTTP: what one parser takes and the next refuses is how answers
 * are smuggled. So an answer is read here only when it is plain beyond doubt and its head comes in one piece, and by llhttp
 * otherwise.
 */
import { type AnswerEvents, ParseError, type Parser } from './answers.ts';
import { llhttpParser } from './llhttp.ts';
import { plainHead } from './plain.ts';

const endOfHead = Buffer.from('\r\n\r\n');

export function createParser(): Parser {
  let llhttp: Parser | null = null;
  /** Whom the answer in hand is told; null between answers. */
  let events: AnswerEvents | null = null;
  let method = '';
  let by: 'nobody' | 'us' | 'llhttp' = 'nobody';
  let bodyBytes = 0;
  let reusable = false;

  /** As from here, so that the next answer may be plain again. */
  const throughLlhttp: AnswerEvents = {
    head: (status, headers) => events?.head(status, headers),
    body: (bytes) => events?.body(bytes),
    end,
  };

  function end(isReusable: boolean): void {
    const told = events;
    events = null;
    by = 'nobody';
    told?.end(isReusable);
  }

  function readByLlhttp(chunk: Buffer, length: number): void {
    llhttp ??= llhttpParser();
    if (by !== 'llhttp') llhttp.expect(method, throughLlhttp);
    by = 'llhttp';
    llhttp.read(chunk, length);
  }

  /** Where its body begins; -1 when it is for llhttp. */
  function readHead(chunk: Buffer, length: number): number {
    const at = chunk.indexOf(endOfHead);
    if (at < 0 || at + endOfHead.length > length) return -1;
    const head = plainHead(chunk.toString('latin1', 0, at + 2), method === 'HEAD');
    if (head === null) return -1;
    by = 'us';
    ({ bodyBytes, reusable } = head);
    events?.head(head.status, head.headers);
    return at + endOfHead.length;
  }

  function readBody(bytes: Buffer): void {
    const own = bytes.length > bodyBytes ? bytes.subarray(0, bodyBytes) : bytes;
    bodyBytes -= own.length;
    if (own.length > 0) events?.body(own);
    if (bodyBytes > 0) return;
    end(reusable);
    if (own.length < bytes.length) throw new ParseError('bytes that no request asked for');
  }

  return {
    expect(next, listener) {
      method = next;
      events = listener;
    },
    read(chunk, length) {
      if (events === null) throw new ParseError('bytes that no request asked for');
      if (by === 'llhttp') {
        readByLlhttp(chunk, length);
        return;
      }
      const from = by === 'us' ? 0 : readHead(chunk, length);
      if (from < 0) readByLlhttp(chunk, length);
      else readBody(chunk.subarray(from, length));
    },
    finish() {
      if (by === 'llhttp') llhttp?.finish();
      else if (by === 'us') throw new ParseError(`not HTTP/1.1: ${bodyBytes} bytes of the body are missing`);
    },
    free() {
      llhttp?.free();
      llhttp = null;
    },
  };
}
