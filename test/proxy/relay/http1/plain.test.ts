/** What is taken for plain is read as llhttp reads it: names, values, length, and whether the connection goes on. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Headers } from '../../../../http/headers.ts';
import type { Parser, PlacedAnswerEvents } from '../../../../proxy/relay/http1/answers.ts';
import { llhttpParser } from '../../../../proxy/relay/http1/llhttp.ts';
import { createParser } from '../../../../proxy/relay/http1/parser.ts';
import { plainHead } from '../../../../proxy/relay/http1/plain.ts';

test.each<[string, string]>([
  ['a length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n'],
  ['no reason', 'HTTP/1.1 404\r\ncontent-length: 0\r\n'],
  ['no body by its status', 'HTTP/1.1 204 No Content\r\n'],
  ['names in any case', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: Keep-Alive\r\n'],
  ['values of nothing', 'HTTP/1.1 200 OK\r\nx-a:\r\nx-b: \t \r\ncontent-length: 3\r\n'],
])('plain: %s', (_title, head) => {
  expect(plainHead(head, false)).not.toBeNull();
});

test.each<[string, string]>([
  ['no length', 'HTTP/1.1 200 OK\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n'],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n'],
  ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +3\r\n'],
  ['a length beyond what a number holds', 'HTTP/1.1 200 OK\r\ncontent-length: 9007199254740993\r\n'],
  ['a length where there is no body', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n'],
  ['chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n'],
  ['chunks and a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n'],
  ['leave to go on', 'HTTP/1.1 100 Continue\r\n'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 3\r\n'],
  ['a folded line', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 3\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 3\r\n'],
  ['a lone line feed', 'HTTP/1.1 200 OK\r\nx: a\nb: c\r\ncontent-length: 3\r\n'],
  ['a lone carriage return', 'HTTP/1.1 200 OK\r\nx: a\rb\r\ncontent-length: 3\r\n'],
  ['a NUL', 'HTTP/1.1 200 OK\r\nx: a\0\r\ncontent-length: 3\r\n'],
  ['other connections', 'HTTP/1.1 200 OK\r\nconnection: upgrade\r\ncontent-length: 3\r\n'],
  ['the connection of a proxy', 'HTTP/1.1 200 OK\r\nproxy-connection: close\r\ncontent-length: 3\r\n'],
  ['two connections', 'HTTP/1.1 200 OK\r\nconnection: close\r\nconnection: keep-alive\r\ncontent-length: 3\r\n'],
  ['another protocol', 'HTTP/1.1 200 OK\r\nupgrade: h2c\r\ncontent-length: 3\r\n'],
])('not plain: %s', (_title, head) => {
  expect(plainHead(head, false)).toBeNull();
});

const runs = 5_000;
const seed = 20_261_127;

test(`${runs.toLocaleString('en')} answers, right and bent, are what llhttp says they are`, () => {
  let plain = 0;
  fc.assert(
    fc.property(answers(), ({ bytes, method, ends }) => {
      if (plainHead(bytes.slice(0, bytes.indexOf('\r\n\r\n') + 2), method === 'HEAD')) plain++;
      const theirs = outcome(llhttpParser(), bytes, { method, ends });
      const ours = outcome(createParser(), bytes, { method, ends });
      // Beyond a whole answer llhttp lets an empty line pass; a plain one has nothing after it.
      const isBeyond = ours.reusable !== null && ours.isBroken;
      expect(ours).toEqual(isBeyond ? { ...theirs, isBroken: true } : theirs);
    }),
    { numRuns: runs, seed },
  );
  expect(plain).toBeGreaterThan(runs / 5);
});

interface Outcome {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly reusable: boolean | null;
  /** It was no HTTP, or not all of it. */
  readonly isBroken: boolean;
}

function outcome(
  parser: Parser<PlacedAnswerEvents>,
  bytes: string,
  { method, ends }: { method: string; ends: boolean },
): Outcome {
  const said: { -readonly [K in keyof Outcome]: Outcome[K] } = {
    status: 0,
    headers: [],
    body: '',
    reusable: null,
    isBroken: false,
  };
  parser.expect(method, {
    head: (status, headers) => Object.assign(said, { status, headers }),
    body: (view) => {
      said.body += view.toString('latin1');
    },
    room: () => null,
    end: (reusable) => {
      said.reusable = reusable;
    },
  });
  try {
    parser.read(Buffer.from(bytes, 'latin1'));
    if (ends && said.reusable === null) parser.finish();
  } catch {
    said.isBroken = true;
  } finally {
    parser.free();
  }
  return said;
}

function answers() {
  const status = often('HTTP/1.1 200 OK', [
    'HTTP/1.1 204 No Content',
    'HTTP/1.1 304 Not Modified',
    'HTTP/1.1 599',
    'HTTP/1.1 404 ',
    'HTTP/1.1 600 Beyond',
    'HTTP/1.1 999',
    'HTTP/1.0 200 OK',
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 2000',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200\tOK',
  ]);
  const length = often('content-length: 3', [
    'Content-Length:3',
    'content-length:  3 ',
    'content-length: 3\t',
    'content-length: 03',
    'content-length: 0',
    'content-length: 1',
    'content-length: 999999999999999',
    'content-length: 99999999999999999999',
    'content-length: 3, 3',
    'content-length: 0x3',
    'content-length: -3',
    'content-length:',
    'content-length: 3\r\ncontent-length: 3',
    'transfer-encoding: chunked',
    'transfer-encoding: gzip, chunked',
    'x-none: 1',
  ]);
  const name = fc.constantFrom('x-a', 'X-B', "!#$%&'*+-.^_`|~", 'connection', 'keep-alive', 'upgrade', 'x a', 'x(', '');
  const value = fc.constantFrom(
    'a',
    '',
    ' ',
    '\t',
    ' a b ',
    'a\tb',
    'close',
    'keep-alive',
    'CLOSE',
    'close, te',
    'upgrade',
    'timeout=5',
    ' \t close \t',
    'Z\u00fcrich',
    '\u007f',
    'a:b',
    'a\r\n b',
  );
  const field = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('Date: now', 'connection: keep-alive', 'ETag: "a:b"') },
    {
      weight: 1,
      arbitrary: fc.tuple(name, fc.constantFrom(':', ': ', ' :', ':\t', ''), value).map((parts) => parts.join('')),
    },
  );
  const body = often('abc', ['', 'a', 'abcd', '3\r\nabc\r\n0\r\n\r\n', 'abc\r\nHTTP/1.1 200 OK\r\n\r\n']);
  return fc
    .record({
      status,
      length,
      before: fc.array(field, { maxLength: 2 }),
      after: fc.array(field, { maxLength: 2 }),
      body,
      method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
      ends: fc.boolean(),
      bend: fc.oneof(
        { weight: 2, arbitrary: fc.constant(null) },
        {
          weight: 1,
          arbitrary: fc.tuple(fc.nat(), fc.constantFrom('', '\r', '\n', '\0', ' ', ':', ';', '\u0080', 'x')),
        },
      ),
    })
    .map(({ status: line, length: framing, before, after, body: content, bend, ...rest }) => {
      const bytes = [line, ...before, framing, ...after, '', content].join('\r\n');
      return { ...rest, bytes: bend === null ? bytes : bent(bytes, ...bend) };
    });
}

function often(usual: string, others: readonly string[]) {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** One character of the first hundred is another, or gone. */
function bent(bytes: string, place: number, by: string): string {
  const at = place % Math.min(bytes.length, 100);
  return bytes.slice(0, at) + by + bytes.slice(at + 1);
}
