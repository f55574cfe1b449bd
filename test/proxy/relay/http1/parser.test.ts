import { describe, expect, test } from 'vitest';
import type { Headers } from '../../../../http/headers.ts';
import { createParser } from '../../../../proxy/relay/http1/parser.ts';

interface Read {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Null while the end has not come. */
  readonly reusable: boolean | null;
}

/** What becomes of one answer that arrives in these pieces. */
function read(pieces: readonly string[], { method = 'GET', ends = false } = {}): Read {
  const parser = createParser();
  let result: Read = { status: 0, headers: [], body: '', reusable: null };
  parser.expect(method, {
    head: (status, headers) => {
      result = { ...result, status, headers };
    },
    body: (bytes) => {
      result = { ...result, body: result.body + bytes.toString('latin1') };
    },
    room: () => null,
    end: (reusable) => {
      result = { ...result, reusable };
    },
  });
  try {
    for (const piece of pieces) parser.read(Buffer.from(piece, 'latin1'));
    if (ends) parser.finish();
    return result;
  } finally {
    parser.free();
  }
}

/** Whole, byte by byte, and cut in two at every place. */
function readInPieces(sent: string, options?: Parameters<typeof read>[1]): Read {
  const whole = read([sent], options);
  expect(read([...sent], options)).toEqual(whole);
  for (let cut = 1; cut < sent.length; cut++)
    expect(read([sent.slice(0, cut), sent.slice(cut)], options)).toEqual(whole);
  return whole;
}

const ok = 'HTTP/1.1 200 OK\r\n';
const answer = `${ok}content-length: 3\r\n\r\n100`;

describe('an answer is the same, however it arrives:', () => {
  test.each<[string, string, Partial<Read>]>([
    ['with a length', answer, { status: 200, headers: [['content-length', '3']], body: '100', reusable: true }],
    ['after leave to go on', `HTTP/1.1 100 Continue\r\n\r\n${answer}`, { status: 200, body: '100', reusable: true }],
    [
      'after leave with fields, twice, and hints',
      `HTTP/1.1 103 Early\r\nx: HTTP/1.1 100\r\n\r\nHTTP/1.1 100\r\nx: 1\r\n\r\nHTTP/1.1 100 \r\n\r\n${answer}`,
      { status: 200, headers: [['content-length', '3']], body: '100' },
    ],
    ['after empty lines', `\r\n\r\nHTTP/1.1 100 C\r\n\r\n\r\n${answer}`, { status: 200, body: '100' }],
    [
      'with leave to go on inside its body',
      `${ok}content-length: 25\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n`,
      { body: 'HTTP/1.1 100 Continue\r\n\r\n', reusable: true },
    ],
    [
      'in chunks, with trailers, which are dropped',
      `${ok}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n`,
      { headers: [['transfer-encoding', 'chunked']], body: 'abc', reusable: true },
    ],
    [
      'in chunks, one of which looks like another answer',
      `${ok}transfer-encoding: chunked\r\n\r\n${answer.length.toString(16)}\r\n${answer}\r\n0\r\n\r\n`,
      { headers: [['transfer-encoding', 'chunked']], body: answer, reusable: true },
    ],
    [
      'with names in any case, values of nothing, twice the same name',
      `${ok}X-A:\r\nx-a: b\r\nX-Empty: \r\nX-Z: Z\u00fcrich\r\ncontent-length: 0\r\n\r\n`,
      {
        headers: [
          ['x-a', ''],
          ['x-a', 'b'],
          ['x-empty', ''],
          ['x-z', 'Z\u00fcrich'],
          ['content-length', '0'],
        ],
      },
    ],
    ['without a body by its status', 'HTTP/1.1 204 No\r\n\r\n', { status: 204, body: '', reusable: true }],
    [
      'that says it is the last',
      `${ok}connection: close\r\ncontent-length: 1\r\n\r\nx`,
      { body: 'x', reusable: false },
    ],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx', { body: 'x', reusable: false }],
    ['without an end yet', `${ok}content-length: 3\r\n\r\n10`, { body: '10', reusable: null }],
  ])('%s', (_title, sent, expected) => {
    expect(readInPieces(sent)).toMatchObject(expected);
  });

  test('to HEAD, whose length is that of what is not sent', () => {
    const sent = `${ok}content-length: 10\r\n\r\n`;
    expect(readInPieces(sent, { method: 'HEAD' })).toMatchObject({ body: '', reusable: true });
  });

  test('without a length, to the end of its connection', () => {
    expect(readInPieces(`${ok}\r\nall of it`, { ends: true })).toMatchObject({ body: 'all of it', reusable: false });
  });
});

describe('refused, however it arrives:', () => {
  test.each<[string, string, RegExp]>([
    ['garbage', 'hello there\r\n\r\n', /not HTTP\/1\.1/],
    ['two lengths', `${ok}content-length: 3\r\ncontent-length: 3\r\n\r\nabc`, /Content-Length/],
    [
      'a length and chunks',
      `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      /Transfer-Encoding/,
    ],
    ['a change of protocol', 'HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', /changed the protocol/],
    ['status 099', 'HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n', /99 is not a status/],
    ['a second answer', `${answer}${answer}`, /no request asked for/],
    ['fields without end', `${ok}x: ${'x'.repeat(70_000)}\r\n\r\n`, /more than 65536 bytes of header fields/],
    ['trailers without end', `${ok}transfer-encoding: chunked\r\n\r\n0\r\nx: ${'x'.repeat(70_000)}`, /more than 65536/],
  ])('%s', (_title, sent, message) => {
    const pieces = sent.match(/.{1,60000}/gs) ?? [];
    expect(() => read(pieces)).toThrow(message);
    if (sent.length < 1_000) expect(() => read([...sent])).toThrow(message);
  });

  test('a connection that ends where more was due', () => {
    for (const sent of [
      `${ok}content-length: 10\r\n\r\nhalf`,
      `${ok}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`,
      ok,
    ])
      expect(() => read([sent], { ends: true })).toThrow('not HTTP/1.1');
  });
});

describe('where to read into', () => {
  const long = 100_000;
  const place = Buffer.alloc(long);

  /** What the parser asks for after a head and this much of the body. */
  function roomAfter(head: string, sent: number): number | undefined {
    const parser = createParser();
    let asked: number | undefined;
    const room = (bytes: number) => {
      asked = bytes;
      return place;
    };
    parser.expect('GET', { head: () => {}, body: () => {}, end: () => {}, room });
    parser.read(Buffer.from(head + 'x'.repeat(sent), 'latin1'));
    expect(parser.room()).toBe(asked === undefined ? null : place);
    return asked;
  }

  test('the rest of a long body but its last byte has a place of its own, and nothing else', () => {
    expect(roomAfter(`${ok}content-length: ${long}\r\n\r\n`, 10)).toBe(long - 11);
    expect(roomAfter(`${ok}content-length: ${long}\r\n\r\n`, long)).toBeUndefined();
    expect(roomAfter(`${ok}content-length: 1000\r\n\r\n`, 10)).toBeUndefined();
    expect(roomAfter(`${ok}transfer-encoding: chunked\r\n\r\n`, 0)).toBeUndefined();
    expect(roomAfter(`${ok}\r\n`, long)).toBeUndefined();
  });
});
