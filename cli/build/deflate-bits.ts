/** Writes bits as deflate wants them, from the lowest of a byte on. */
const storedMax = 65_535;
/** For what a block needs beyond its content before it is known whether that fits. */
const spare = 1024;

export class BitWriter {
  #bytes = new Uint8Array(1 << 16);
  #at = 0;
  #bits = 0;
  #count = 0;

  /** Makes room for a content of this length, however badly it compresses. */
  begin(length: number): void {
    const room = length + 5 * Math.ceil(length / storedMax) + spare;
    if (this.#bytes.length < room) this.#bytes = new Uint8Array(room + (room >> 1));
    this.#at = this.#bits = this.#count = 0;
  }

  /** Up to 16 bits. */
  put(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    if (this.#count < 16) return;
    this.#bytes[this.#at++] = this.#bits;
    this.#bytes[this.#at++] = this.#bits >> 8;
    this.#bits >>>= 16;
    this.#count -= 16;
  }

  /** Blocks that are stored, after the rest of the byte (RFC 1951, 3.2.4). */
  store(content: Uint8Array, start: number, end: number, last: boolean): void {
    for (let at = start; at < end || at === start; ) {
      const length = Math.min(end - at, storedMax);
      this.put(last && at + length === end ? 1 : 0, 3);
      this.#align();
      this.put(length, 16);
      this.put(~length & 0xffff, 16);
      this.#align();
      this.#bytes.set(content.subarray(at, at + length), this.#at);
      this.#at += length;
      at += length;
      if (length === 0) return;
    }
  }

  /** A copy of what was written; null where it is not smaller than `length`. */
  end(length: number): Uint8Array | null {
    this.#align();
    return this.#at < length ? this.#bytes.slice(0, this.#at) : null;
  }

  #align(): void {
    for (; this.#count > 0; this.#count -= 8) {
      this.#bytes[this.#at++] = this.#bits;
      this.#bits >>>= 8;
    }
    this.#bits = this.#count = 0;
  }
}
