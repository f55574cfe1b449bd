/**
 * One HTTP/1.1 response as a patient reader understands it: bare LF ends a line, folded lines are one. It decides what a
 * faithful pass of such bytes is; that a proxy refuses them is as good, unless they are `clean`.
 */
export interface Said {
  readonly status: number | null;
  readonly body: string;
  /** The body has its end. */
  readonly complete: boolean;
  /** That end is the end of the connection. */
  readonly byConnection: boolean;
  /** Nothing about it is doubtful, so it must be passed on. */
  readonly clean: boolean;
}

interface Asked {
  readonly method: string;
  /** The connection was closed after the bytes. */
  readonly ended: boolean;
}

const nothing: Said = { status: null, body: '', complete: false, byConnection: false, clean: false };

export function readResponse(bytes: string, asked: Asked): Said {
  let rest = bytes;
  let strange = false;
  for (;;) {
    const started = rest.replace(/^(?:\r?\n)+/, '');
    strange ||= started !== rest;
    rest = started;
    const head = /^(.*?\r?\n)\r?\n/s.exec(rest);
    if (!head?.[1]) return nothing;
    const lines = head[1].replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
    const status = Number(/^HTTP\/\d\.\d (\d{3})(?: |$)/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) return nothing;
    rest = rest.slice(head[0].length);
    strange ||=
      !isPlain(head[0]) ||
      status < 100 ||
      status === 101 ||
      (status < 200 && /^content-length|^transfer/im.test(head[0]));
    if (status >= 200 || status < 100) return readBody(status, lines.slice(1), rest, asked, !strange);
    // An interim response has no body, whatever it says of one.
    if (status === 101) return nothing;
  }
}

/** As RFC 9112 has it, and nothing that servers rarely write. */
function isPlain(head: string): boolean {
  const lines = head.slice(0, -4).split('\r\n');
  const [status = '', ...fields] = lines;
  return (
    head.endsWith('\r\n\r\n') &&
    head.length < 16_000 &&
    lines.length < 100 &&
    (/^HTTP\/1\.1 /.test(status) || !/^transfer-encoding:/im.test(head)) &&
    /^HTTP\/1\.[01] \d{3} [\t\u0020-\u007e\u0080-\u00ff]*$/.test(status) &&
    fields.every((field) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\u0020-\u007e\u0080-\u00ff]*$/.test(field)) &&
    !/^(?:upgrade|connection: *upgrade)/im.test(head)
  );
}

function readBody(
  status: number,
  lines: readonly string[],
  rest: string,
  { method, ended }: Asked,
  plain: boolean,
): Said {
  const values = (name: string) =>
    lines
      .map((line) => /^([^:]*):(.*)$/s.exec(line))
      .filter((match) => match?.[1]?.trim().toLowerCase() === name)
      .map((match) => match?.[2]?.trim() ?? '');
  const lengths = values('content-length');
  const codings = values('transfer-encoding');
  const framings = lengths.length + codings.length;
  const clean =
    plain && framings <= 1 && lengths.every((length) => /^\d{1,15}$/.test(length)) && status >= 200 && status <= 599;
  if (method === 'HEAD' || status === 204 || status === 304) {
    // What comes after is no part of it; a client may notice before it has told of the head.
    return {
      status,
      body: '',
      complete: true,
      byConnection: false,
      clean: clean && rest === '' && codings.length === 0,
    };
  }
  if (codings.length > 0) {
    const chunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
    if (!/(?:^|[, \t])chunked$/i.test(codings.at(-1) ?? '')) {
      return { status, body: rest, complete: ended, byConnection: true, clean: false };
    }
    const { body, complete, wellFormed } = readChunks(rest);
    return { status, body, complete, byConnection: false, clean: clean && chunked && complete && wellFormed };
  }
  const [length] = lengths;
  if (length !== undefined) {
    if (!/^\d{1,15}$/.test(length)) return { status, body: rest, complete: false, byConnection: false, clean: false };
    const complete = rest.length >= Number(length);
    return {
      status,
      body: rest.slice(0, Number(length)),
      complete,
      byConnection: false,
      clean: clean && complete && rest.length === Number(length),
    };
  }
  return { status, body: rest, complete: ended, byConnection: true, clean: clean && ended };
}

function readChunks(rest: string): { body: string; complete: boolean; wellFormed: boolean } {
  const broken = (body: string) => ({ body, complete: false, wellFormed: false });
  let body = '';
  let at = 0;
  let wellFormed = true;
  for (;;) {
    const line = /^([0-9A-Fa-f]+)(?:[ \t]*;[^\r\n]*)?(\r?\n)/.exec(rest.slice(at, at + 200));
    if (!line?.[1]) return broken(body);
    wellFormed &&= line[2] === '\r\n';
    const size = Number.parseInt(line[1], 16);
    at += line[0].length;
    if (size === 0) break;
    body += rest.slice(at, at + size);
    at += size;
    const end = /^\r?\n/.exec(rest.slice(at, at + 2));
    if (!end) return broken(body);
    wellFormed &&= end[0] === '\r\n';
    at += end[0].length;
  }
  const trailers = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(rest.slice(at));
  if (!trailers) return broken(body);
  const plain = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n]*\r\n)*\r\n$/.test(trailers[0]);
  return { body, complete: true, wellFormed: wellFormed && plain && at + trailers[0].length === rest.length };
}
