/** The few forms of ASN.1 that a certificate is written in (X.690, DER). */

export function bytes(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(count: number): Buffer {
  if (count < 0x80) return Buffer.from([count]);
  const digits = count < 0x100 ? [count] : [count >> 8, count & 0xff];
  return Buffer.from([0x80 | digits.length, ...digits]);
}

export function sequence(...members: readonly Buffer[]): Buffer {
  return bytes(0x30, Buffer.concat(members));
}

export function set(...members: readonly Buffer[]): Buffer {
  return bytes(0x31, Buffer.concat(members));
}

/** `[number]`, around what has a tag of its own. */
export function tagged(number: number, content: Buffer): Buffer {
  return bytes(0xa0 | number, content);
}

/** Of its bytes, the highest bit of which is its sign. */
export function integer(number: Buffer): Buffer {
  return bytes(0x02, number);
}

export function octets(content: Buffer): Buffer {
  return bytes(0x04, content);
}

/** Whole bytes of them. */
export function bits(content: Buffer): Buffer {
  return bytes(0x03, Buffer.concat([Buffer.from([0]), content]));
}

export function utf8(text: string): Buffer {
  return bytes(0x0c, Buffer.from(text));
}

/** The first two numbers are one byte; the others have seven bits to a byte. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return bytes(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(sevenBits)]));
}

function sevenBits(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** `at` is epoch milliseconds, before 2050. */
export function utcTime(at: number): Buffer {
  const text = new Date(at)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2);
  return bytes(0x17, Buffer.from(text, 'latin1'));
}
