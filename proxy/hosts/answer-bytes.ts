/** The bytes of one answer, out of a buffer that is read into again: what is kept is copied, once. */
import { type Bytes, createBytes } from '../bytes.ts';

export interface Answer {
  readonly status: number;
  /** The value of a field; `name` in lower case. */
  header(name: string): string | undefined;
  readonly body: Buffer;
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
  /** Bytes without which there is no need to look again. */
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

/** The answer, or how many bytes there have to be before it is worth another look. */
function read(bytes: Buffer, closed: boolean): Answer | number {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return bytes.length + 1;
  const head = bytes.toString('latin1', 0, end);
  const fields = fieldsOf(head);
  const header = (name: string) => fields.get(name);
  const status = Number(head.slice(head.indexOf(' ') + 1, head.indexOf(' ') + 4));
  const body = bodyOf(bytes, end + headEnd.length, { status, header }, closed);
  return typeof body === 'number' ? body : { status, header, body };
}

/** By name in lower case; the first of each. */
function fieldsOf(head: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let end = head.indexOf('\r\n'); end !== -1; ) {
    const start = end + 2;
    end = head.indexOf('\r\n', start);
    const colon = head.indexOf(':', start);
    const name = head.slice(start, colon).toLowerCase();
    if (!fields.has(name)) fields.set(name, head.slice(colon + 1, end === -1 ? undefined : end).trim());
  }
  return fields;
}

function bodyOf(bytes: Buffer, start: number, { status, header }: Omit<Answer, 'body'>, closed: boolean) {
  if (status === 204 || status === 304) return Buffer.alloc(0);
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
