/** Header fields that S3 keeps with an object and answers with it, by the names of the members. */
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { read } from './find.ts';

const kept = ['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage', 'Expires'];

/** Those that an object is put with, beside its type. */
export function readFields(input: Input): Record<string, string> {
  const fields = textsOf(input, kept);
  // It is of the request alone.
  const codings = fields.ContentEncoding?.split(',').filter((coding) => coding.trim() !== 'aws-chunked');
  const { ContentEncoding: _, ...others } = fields;
  return codings && codings.length > 0 ? { ...others, ContentEncoding: codings.join(',').trim() } : others;
}

/** Those that a read asks for in place of the object's own: `response-content-type`. */
export function readReplaced(input: Input): Record<string, string> {
  const asked = textsOf(
    input,
    ['ContentType', ...kept].map((name) => `Response${name}`),
  );
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name.replace('Response', ''), sendable(value)]),
  );
}

/** A query holds what no header field can. */
function sendable(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new AwsError('InvalidArgument', 'A header field cannot have the value that was asked for');
}

function textsOf(input: Input, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = read.text(input, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
