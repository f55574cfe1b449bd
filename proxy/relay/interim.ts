/**
 * Gets an unasked `100 Continue` past the client, which takes every interim response but this one and would end the
 * connection over it. RFC 9110 15.2: a client that did not ask for it discards it, and a proxy may. So the client is shown
 * `102` in its place, of which it drops the head by its own parser: nothing is cut out here, and nothing held back.
 */
import type { Readable } from 'node:stream';

export interface Interim {
  /** Looks at all that is read from this socket. */
  watch(socket: Readable): void;
  /** A request is on its way: what is read from here on is the head of its answer, or of what goes before it. */
  expectAnswer(): void;
}

const [cr, lf, zero, one, two] = Buffer.from('\r\n012');
const headEnd = Buffer.from('\r\n\r\n');
/** Where the status stands in every head that the parser takes: after `HTTP/1.1 `. */
const statusAt = 9;
const past = -1;

export function interim(): Interim {
  /** The place in the head; `past` when there is nothing to look for, as in all of a body. */
  let at = past;
  let zeros = 0;
  let ended = 0;

  function expectAnswer(): void {
    at = 0;
    zeros = 0;
    ended = 0;
  }

  function look(chunk: Buffer): void {
    for (let index = 0; at !== past && index < chunk.length; index++) lookAt(chunk, index);
  }

  function lookAt(chunk: Buffer, index: number): void {
    const byte = chunk[index];
    // The parser skips empty lines before a head.
    if (at === 0 && (byte === cr || byte === lf)) return;
    if (at === statusAt && byte !== one) {
      at = past;
      return;
    }
    if (at > statusAt && at <= statusAt + 2 && byte === zero) zeros++;
    if (at === statusAt + 2 && zeros === 2) chunk[index] = two as number;
    at++;
    ended = byte === headEnd[ended] ? ended + 1 : Number(byte === cr);
    if (ended === headEnd.length) expectAnswer();
  }

  return {
    expectAnswer,
    watch(socket) {
      const read = socket.read.bind(socket);
      socket.read = (size) => {
        const chunk: Buffer | null = read(size);
        if (at !== past && chunk !== null) look(chunk);
        return chunk;
      };
    },
  };
}
