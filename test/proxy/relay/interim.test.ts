import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { interim } from '../../../proxy/relay/interim.ts';

/** What the client reads of one answer that arrives in these pieces. */
function read(pieces: readonly string[]): string {
  const socket = new PassThrough();
  const { watch, expectAnswer } = interim();
  watch(socket);
  expectAnswer();
  const seen: string[] = [];
  for (const piece of pieces) {
    // Copied, because what is written is the very memory that is read.
    socket.write(Buffer.from(piece, 'latin1'));
    seen.push(socket.read()?.toString('latin1') ?? '');
  }
  return seen.join('');
}

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n100';

describe('what the client reads', () => {
  test.each<[string, string, string]>([
    ['an answer', answer, answer],
    ['leave before an answer', `HTTP/1.1 100 Continue\r\n\r\n${answer}`, `HTTP/1.1 102 Continue\r\n\r\n${answer}`],
    [
      'leave with fields, twice, after hints',
      `HTTP/1.1 103 Early\r\nx: HTTP/1.1 100\r\n\r\nHTTP/1.1 100\r\nx: 1\r\n\r\nHTTP/1.1 100 \r\n\r\n${answer}`,
      `HTTP/1.1 103 Early\r\nx: HTTP/1.1 100\r\n\r\nHTTP/1.1 102\r\nx: 1\r\n\r\nHTTP/1.1 102 \r\n\r\n${answer}`,
    ],
    [
      'empty lines before heads',
      `\r\n\r\nHTTP/1.1 100 C\r\n\r\n\r\n${answer}`,
      `\r\n\r\nHTTP/1.1 102 C\r\n\r\n\r\n${answer}`,
    ],
    [
      'other interim answers',
      `HTTP/1.1 101 S\r\n\r\nHTTP/1.1 110 T\r\n\r\n${answer}`,
      `HTTP/1.1 101 S\r\n\r\nHTTP/1.1 110 T\r\n\r\n${answer}`,
    ],
    [
      'leave inside a body',
      'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
    ],
  ])('of %s is the same, however it arrives', (_title, sent, expected) => {
    expect(read([sent])).toBe(expected);
    expect(read([...sent])).toBe(expected);
    for (let cut = 1; cut < sent.length; cut++) expect(read([sent.slice(0, cut), sent.slice(cut)])).toBe(expected);
  });

  test('without a request under way is what came', () => {
    const socket = new PassThrough();
    interim().watch(socket);
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    expect(socket.read().toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  });
});
