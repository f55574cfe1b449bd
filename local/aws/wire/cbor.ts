/**
 * CBOR as Smithy uses it: texts, bytes, numbers, lists, maps, and times under tag 1.
 * https://www.rfc-editor.org/rfc/rfc8949 https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';

/** A client's nesting must not use up the stack; no input of an operation is half as deep. */
const maxDepth = 100;
/** Of a length: the item goes on until a break. */
const openEnded = -1;
const stop = Symbol('break');

interface Reader {
  readonly bytes: Buffer;
  at: number;
  depth: number;
}

/** The value that `bytes` hold; a time is a number, in seconds. Throws a SerializationException for what is no CBOR. */
export function decodeCbor(bytes: Buffer): unknown {
  try {
    const reader = { bytes, at: 0, depth: 0 };
    const value = readItem(reader);
    if (value !== stop && reader.at === bytes.length) return value;
  } catch (error) {
    // It ended too early, or a length leads out of it.
    if (!(error instanceof RangeError)) throw error;
  }
  throw malformed();
}

function readItem(reader: Reader): unknown {
  const first = reader.bytes.readUInt8(reader.at++);
  const [major, info] = [first >> 5, first & 31];
  if (major === 7) return readSimple(reader, info);
  const length = readLength(reader, info);
  if (length === openEnded && (major < 2 || major === 6)) throw malformed();
  if (major === 0) return length;
  if (major === 1) return -1 - length;
  if (major === 2) return readBytes(reader, length);
  if (major === 3) return readBytes(reader, length).toString('utf8');
  if (reader.depth++ >= maxDepth) throw malformed();
  const value = readNested(reader, major, length);
  reader.depth--;
  return value;
}

function readNested(reader: Reader, major: number, length: number): unknown {
  if (major === 4) return readItems(reader, length);
  // Of tags only that of times is in use, and it changes nothing.
  if (major === 6) return needItem(reader);
  const items = readItems(reader, length === openEnded ? openEnded : 2 * length);
  if (items.length % 2 !== 0) throw malformed();
  const names = items.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [String(name), items[2 * index + 1]]));
}

function readItems(reader: Reader, length: number): unknown[] {
  const items: unknown[] = [];
  while (length === openEnded || items.length < length) {
    const item = readItem(reader);
    if (item === stop && length === openEnded) break;
    if (item === stop) throw malformed();
    items.push(item);
  }
  return items;
}

function needItem(reader: Reader): unknown {
  const item = readItem(reader);
  if (item === stop) throw malformed();
  return item;
}

function readLength(reader: Reader, info: number): number {
  const { bytes, at } = reader;
  if (info < 24) return info;
  if (info === 31) return openEnded;
  if (info > 27) throw malformed();
  const size = 2 ** (info - 24);
  reader.at += size;
  return size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size);
}

function readBytes(reader: Reader, length: number): Buffer {
  if (length === openEnded) {
    const parts = readItems(reader, openEnded).map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    if (!parts.every((part) => Buffer.isBuffer(part))) throw malformed();
    return Buffer.concat(parts);
  }
  const end = reader.at + length;
  if (end > reader.bytes.length) throw malformed();
  const value = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return value;
}

function readSimple(reader: Reader, info: number): unknown {
  const { bytes, at } = reader;
  const constants: Readonly<Record<number, unknown>> = { 20: false, 21: true, 22: null, 23: undefined, 31: stop };
  if (info in constants) return constants[info];
  if (info < 25 || info > 27) throw malformed();
  reader.at += 2 ** (info - 24);
  if (info === 25) return toHalf(bytes.readUInt16BE(at));
  return info === 26 ? bytes.readFloatBE(at) : bytes.readDoubleBE(at);
}

function toHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >> 15 === 0 ? 1 : -1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function malformed(): AwsError {
  return new AwsError('SerializationException', 'The request body is not CBOR');
}

/** Undefined members are left out; the numbers of members that `isTime` names are times, in seconds. */
export function encodeCbor(value: unknown, isTime: (member: string) => boolean, member = ''): Buffer {
  const encode = (item: unknown, name = member): Buffer => encodeCbor(item, isTime, name);
  if (typeof value === 'number') return Buffer.concat([...(isTime(member) ? [head(6, 1)] : []), encodeNumber(value)]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map((item) => encode(item))]);
  if (!isRecord(value)) return head(7, value === true ? 21 : value === false ? 20 : 22);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([name, item]) => [encode(name, ''), encode(item, name)]),
  ]);
}

function encodeNumber(value: number): Buffer {
  if (Number.isSafeInteger(value)) return value < 0 ? head(1, -1 - value) : head(0, value);
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, length: number): Buffer {
  const first = major << 5;
  if (length < 24) return Buffer.from([first | length]);
  const info = length < 2 ** 8 ? 24 : length < 2 ** 16 ? 25 : length < 2 ** 32 ? 26 : 27;
  const bytes = Buffer.alloc(1 + 2 ** (info - 24), first | info);
  if (info === 27) bytes.writeBigUInt64BE(BigInt(length), 1);
  else bytes.writeUIntBE(length, 1, 2 ** (info - 24));
  return bytes;
}
