/** Reading and writing an object only while it is the one that is meant: RFC 9110, 13, and what S3 makes of it for writes. */
import type { StoredObject } from '../../model.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { read } from './find.ts';

type Known = Pick<StoredObject, 'ETag' | 'LastModified'>;

/** Throws PreconditionFailed, or NotModified, where a read is not about this object. A time counts where no tag is named. */
export function checkRead(input: Input, object: Known): void {
  const [wanted, known] = [read.text(input, 'IfMatch'), read.text(input, 'IfNoneMatch')];
  if (wanted !== undefined && !names(wanted, object.ETag)) throw failed('If-Match');
  if (wanted === undefined && isAfter(object, read.text(input, 'IfUnmodifiedSince')) === true)
    throw failed('If-Unmodified-Since');
  const isKnown =
    known === undefined ? isAfter(object, read.text(input, 'IfModifiedSince')) === false : names(known, object.ETag);
  if (isKnown) throw new AwsError('NotModified', 'Not Modified');
}

/**
 * Throws where what is in the place of a write is not what the caller takes it for; undefined is nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWrite(input: Input, object: Known | undefined): void {
  const wanted = read.text(input, 'IfMatch');
  if (wanted !== undefined && !object)
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { Key: read.text(input, 'Key') ?? '' });
  if (!isMeant(object, wanted)) throw failed('If-Match');
  if (object && read.text(input, 'IfNoneMatch') === '*') throw failed('If-None-Match');
}

/** Throws where a delete names another object, or one that is gone. */
export function checkDelete(input: Input, object: Known | undefined): void {
  if (!isMeant(object, read.text(input, 'IfMatch'))) throw failed('If-Match');
}

/** Whether `tags` name the object; without tags any is meant, and none. */
export function isMeant(object: Known | undefined, tags: string | undefined): boolean {
  return tags === undefined || (object !== undefined && names(tags, object.ETag));
}

export function failed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}

/** Undefined where there is no time to compare. Times in header fields are whole seconds. */
function isAfter({ LastModified }: Known, date: string | undefined): boolean | undefined {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return undefined;
  return Math.floor(Date.parse(LastModified) / 1000) > Math.floor(time / 1000);
}

function names(tags: string, ETag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^"|"$/g, '');
  return tags.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(ETag));
}
