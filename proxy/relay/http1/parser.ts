/**
 * Reads the answers of an app, which is not trusted to speak HTTP: what one parser takes and the next refuses is how answers
 * are smuggled. So an answer is read here only when it is plain beyond doubt and its head comes in one piece, and by llhttp
 * otherwise.
 */
import {
  type AnswerEvents,
  maxHeadBytes,
  ParseError,
  type Parser,
  type PlacedAnswerEvents,
  type PlacingParser,
} from './answers.ts';
import { llhttpBytes, llhttpParser } from './llhttp.ts';
import { plainHead } from './plain.ts';

const endOfHead = Buffer.from('\r\n\r\n');

/** What is less is copied. */
const worthRoomBytes = 64 * 1024;

export function createParser(): PlacingParser {
  let llhttp: Parser | null = null;
  /** Who receives the answer that is being read; null between answers. */
  let events: PlacedAnswerEvents | null = null;
  let method = '';
  let by: 'nobody' | 'us' | 'llhttp' = 'nobody';
  let bodyBytes = 0;
  let reusable = false;

  /** Passes events of llhttp on as if they came from here, so that the next answer may be read here again. */
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

  function readByLlhttp(bytes: Buffer): void {
    llhttp ??= llhttpParser();
    if (by !== 'llhttp') llhttp.expect(method, throughLlhttp);
    by = 'llhttp';
    for (let at = 0; at < bytes.length; at += llhttpBytes) llhttp.read(bytes.subarray(at, at + llhttpBytes));
  }

  /** Where its body begins; -1 when it is for llhttp. */
  function readHead(bytes: Buffer): number {
    const at = bytes.indexOf(endOfHead);
    if (at < 0 || at > maxHeadBytes) return -1;
    const head = plainHead(bytes.toString('latin1', 0, at + 2), method === 'HEAD');
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
    read(bytes) {
      if (events === null) throw new ParseError('bytes that no request asked for');
      if (by === 'us') {
        readBody(bytes);
        return;
      }
      const from = by === 'nobody' ? readHead(bytes) : -1;
      if (from < 0) readByLlhttp(bytes);
      else readBody(bytes.subarray(from));
    },
    // All but the last byte: surplus bytes after an answer then arrive with it, before the connection is used again.
    room: () => (by === 'us' && bodyBytes >= worthRoomBytes ? (events?.room(bodyBytes - 1) ?? null) : null),
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
