/** Collects the bytes of one answer from a buffer that is read into again and again; what is kept is copied once. */
import { type Bytes, createBytes } from '../bytes.ts';

export interface Answer {
  readonly status: number;
  /** The value of a field; `name` in lower case. */
  header(name: string): string | undefined;
  /** Text where it was decoded already. */
  readonly body: Buffer | string;
}

export interface AnswerBytes {
  /** `length` bytes of `buffer`; the answer once it is whole. */
  add(buffer: Buffer, length: number): Answer | null;
  /** The connection ended: the answer, if that is its end. */
  closed(): Answer | null;
  isEmpty(): boolean;
}

const headEnd = '\r\n\r\n';

export function answerBytes(): AnswerBytes {
  /** What came of an answer that takes more than one read; most are one packet. */
  let kept: Bytes | null = null;
  /** There is nothing to parse before this many bytes have arrived. */
  let wanted = 0;

  function want(into: Bytes, count: number): null {
    wanted = count;
    if (Number.isFinite(count)) into.expect(count);
    return null;
  }

  return {
    add(buffer, length) {
      const bytes = buffer.subarray(0, length);
      if (kept !== null) {
        kept.add(bytes);
        const answer = kept.length() < wanted ? wanted : read(kept.all(), false);
        return typeof answer === 'object' ? answer : want(kept, answer);
      }
      const text = readText(bytes);
      if (text !== null) return text;
      const answer = read(bytes, false);
      if (typeof answer === 'object') return { ...answer, body: Buffer.from(answer.body) };
      kept = createBytes();
      want(kept, answer);
      kept.add(bytes);
      return null;
    },
    closed() {
      const answer = read(kept?.all() ?? Buffer.alloc(0), true);
      return typeof answer === 'object' ? answer : null;
    },
    isEmpty: () => kept === null,
  };
}

/** What a byte that is not UTF-8 decodes to; it may also stand in the text itself. */
const replacement = '\ufffd';

/** Decoded with the head as long as that is cheap; larger ones may never have to be. */
const smallBytes = 16 * 1024;

/** Most answers are one packet, and ASCII: a character for each byte, so that what counts bytes can count those. */
function readText(bytes: Buffer): Answer | null {
  if (bytes.length > smallBytes) return null;
  const text = bytes.toString('utf8');
  const end = text.indexOf(headEnd);
  if (text.length !== bytes.length || end === -1 || text.includes(replacement)) return null;
  const header = fieldsOf(text.slice(0, end));
  const start = end + headEnd.length;
  const status = statusOf(text);
  if (header('content-length') !== String(text.length - start) || isBodiless(status)) return null;
  return { status, header, body: text.slice(start) };
}

/** The answer, or how many bytes there have to be before it is worth another look. */
function read(bytes: Buffer, closed: boolean): (Answer & { readonly body: Buffer }) | number {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return bytes.length + 1;
  const head = bytes.toString('latin1', 0, end);
  const header = fieldsOf(head);
  const status = statusOf(head);
  const body = bodyOf(bytes, end + headEnd.length, { status, header }, closed);
  return typeof body === 'number' ? body : { status, header, body };
}

/** RFC 9110 6.4.1 */
function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

function statusOf(head: string): number {
  const start = head.indexOf(' ') + 1;
  return Number(head.slice(start, start + 3));
}

/** By name in lower case; the first of each. Few are asked for, so none is cut out before. */
function fieldsOf(head: string): Answer['header'] {
  const names = head.toLowerCase();
  return (name) => {
    const line = names.indexOf(`\r\n${name}:`);
    if (line === -1) return undefined;
    const start = line + name.length + 3;
    const end = head.indexOf('\r\n', start);
    return head.slice(start, end === -1 ? undefined : end).trim();
  };
}

function bodyOf(bytes: Buffer, start: number, { status, header }: Omit<Answer, 'body'>, closed: boolean) {
  if (isBodiless(status)) return Buffer.alloc(0);
  const length = header('content-length');
  if (length !== undefined) {
    const end = start + Number(length);
    return bytes.length >= end ? bytes.subarray(start, end) : end;
  }
  if (header('transfer-encoding')?.toLowerCase() === 'chunked')
    return chunksOf(bytes.subarray(start)) ?? bytes.length + 1;
  return closed ? bytes.subarray(start) : Number.POSITIVE_INFINITY;
}

/** RFC 9112 7.1; null while bytes are missing. */
function chunksOf(rest: Buffer): Buffer | null {
  // The last chunk ends with an empty line, with trailers or without; before that there is no need to look.
  if (rest.length < 5 || rest.toString('latin1', rest.length - 4) !== headEnd) return null;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (size === 0) return rest.indexOf('\r\n', start) === -1 ? null : Buffer.concat(chunks);
    if (!(rest.length >= start + size + 2)) return null;
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
