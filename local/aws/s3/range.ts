/** Reading a part of an object: RFC 9110, 14.2. */
import type { StoredObject } from '../../model.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { read } from './find.ts';

export interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** The one range of bytes a request names. Null is all of it: what is no range, and several of them, are read over, as by S3. */
export function readRange(input: Input, { Size }: Pick<StoredObject, 'Size'>): ByteRange | null {
  const range = read.text(input, 'Range') ?? '';
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (from === '' && to === '') return null;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  const start = from === '' ? Math.max(0, Size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? Size - 1 : Math.min(Number(to), Size - 1);
  if (start <= end) return { start, end };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    ActualObjectSize: String(Size),
    RangeRequested: range,
  });
}
