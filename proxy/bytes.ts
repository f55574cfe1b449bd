/**
 * Collects pieces of bytes, whose memory is reused, in one growing buffer. Joining them anew for each piece took 60 ms
 * more for 6 MB.
 */
export interface Bytes {
  /** A piece that lies where `room` has it put is not copied. */
  add(piece: Buffer): void;
  /** Room for so many more bytes, to be written directly and then passed to `add`. */
  room(bytes: number): Buffer;
  /** How many bytes there will be in all, so that they are copied only once. */
  expect(total: number): void;
  length(): number;
  /** A view of all that has come. */
  all(): Buffer;
}

const none = Buffer.alloc(0);

export function createBytes(): Bytes {
  let buffer = none;
  let length = 0;
  let total = 0;

  function grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(total, 2 * buffer.length, least));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }

  function makeRoom(bytes: number): void {
    if (length + bytes > buffer.length) grow(length + bytes);
  }

  function isInPlace(piece: Buffer): boolean {
    const start = buffer.byteOffset + length;
    const end = buffer.byteOffset + buffer.length;
    return piece.buffer === buffer.buffer && piece.byteOffset === start && start + piece.length <= end;
  }

  return {
    add(piece) {
      if (!isInPlace(piece)) {
        makeRoom(piece.length);
        piece.copy(buffer, length);
      }
      length += piece.length;
    },
    room(bytes) {
      makeRoom(bytes);
      return buffer.subarray(length, length + bytes);
    },
    expect(count) {
      total = count;
    },
    length: () => length,
    all: () => buffer.subarray(0, length),
  };
}
