/** Pages of lists. The marker is the name of the last item given, so that changes between two pages do no harm. */
import { AwsError } from './error.ts';
import { type Bounds, checkRange, type Input, type Reader } from './input.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** The marker of the next page; absent on the last one. */
  readonly next?: string;
}

interface Wanted {
  /** Of the page before; undefined for the first. */
  readonly marker: string | undefined;
  /** Items at most. */
  readonly size: number;
  /** What the error of a bad marker is called. Default: `InvalidParameterValueException`. */
  readonly code?: string;
}

/** Cuts one page out of a list that is ordered and named by `nameOf`. */
export function toPage<T>(items: readonly T[], nameOf: (item: T) => string, wanted: Wanted): Page<T> {
  const { marker, size, code = 'InvalidParameterValueException' } = wanted;
  const start = marker === undefined ? 0 : indexAfter(items.map(nameOf), fromMarker(marker, code));
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  if (last === undefined || start + size >= items.length) return { items: page };
  return { items: page, next: Buffer.from(nameOf(last)).toString('base64url') };
}

function fromMarker(marker: string, code: string): string {
  const name = Buffer.from(marker, 'base64url').toString();
  if (Buffer.from(name).toString('base64url') === marker) return name;
  throw new AwsError(code, 'The specified marker is invalid.');
}

/** The item may be gone by now: then the page begins with the first one that would have come after it. */
function indexAfter(names: readonly string[], last: string): number {
  const index = names.indexOf(last);
  if (index !== -1) return index + 1;
  const later = names.findIndex((name) => name > last);
  return later === -1 ? names.length : later;
}

/** How many items of a list a request asks for at most, checked in AWS's words. */
export function readPageSize(
  read: Reader,
  input: Input,
  key: string,
  { code, usual, ...bounds }: Bounds & { readonly code: string; readonly usual: number },
): number {
  const size = read.number(input, key) ?? usual;
  checkRange(code, key, size, bounds);
  return size;
}

/** By code unit, the order in which AWS lists names. */
export function byName<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
