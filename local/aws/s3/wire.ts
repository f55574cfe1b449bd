/**
 * REST XML as S3 speaks it: the bucket in the path or the host, the operation in the method and one word of the query,
 * members in headers, documents in XML, objects as they are.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { AwsError } from '../error.ts';
import type { Wire, WireReply, WireRequest } from '../wire/wire.ts';
import { escapeXml, parseXml, toXml } from '../wire/xml.ts';
import { decodeChunks } from './chunks.ts';
import { routes, subresources } from './routes.ts';
import { others } from './unsupported.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

export const s3Wire: Wire = {
  parse(req) {
    const { bucket, key } = readPlace(req);
    const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
    const word = subresources.find((name) => req.query.has(name)) ?? '';
    const route = routes.find((one) => one.method === req.method && one.level === level && (one.query ?? '') === word);
    const missing = missingOf(req, level, word, route !== undefined);
    if (!route || missing) return { operation: missing ?? nameless(req, level, word), status: 404, input: {} };
    const members = { ...readHeaders(req), ...readQuery(req.query), Bucket: bucket, Key: key };
    const content = decodeChunks(req);
    const body = route.takes === 'document' ? { Payload: readDocument(content.bytes) } : { Body: content.bytes };
    return { operation: route.operation, status: route.status, input: { ...members, ...content.trailers, ...body } };
  },
  answer({ operation, status }, output = {}, requestId) {
    const root = routes.find((route) => route.operation === operation)?.gives;
    if (root === undefined) return { status, headers: { ...headersOf(requestId), ...toHeaders(output) }, body: '' };
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${toXml(output)}</${root}>`;
    return { status, headers: { ...headersOf(requestId), 'content-type': 'application/xml' }, body };
  },
  fail(error, requestId): WireReply {
    const fields = Object.entries(error.fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${toXml({ Code: error.code, Message: error.message })}${fields.join('')}<RequestId>${requestId}</RequestId></Error>`;
    return { status: error.status, headers: { ...headersOf(requestId), 'content-type': 'application/xml' }, body };
  },
};

/** The name of an operation that AWS has and the platform has not. */
function missingOf(
  { method, query, headers }: WireRequest,
  level: string,
  word: string,
  isHere: boolean,
): string | null {
  // A copy looks like a put whose bytes are elsewhere.
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined)
    return query.has('uploadId') ? 'UploadPartCopy' : 'CopyObject';
  if (isHere) return null;
  const found = others.filter((one) => one[0] === method && one[1] === level && one[2] === word).map((one) => one[3]);
  return found.find((name) => name.startsWith('List') !== query.has('id')) ?? found[0] ?? null;
}

function nameless({ method }: WireRequest, level: string, word: string): string {
  return `${method} ${level}${word && ` ?${word}`}`;
}

function headersOf(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId };
}

/** `bucket.localhost/key` or `localhost/bucket/key`. */
function readPlace({ path, headers }: WireRequest): { bucket: string; key: string } {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const named = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost$/.exec(host)?.[1];
  const whole = path.replace(/^\//, '');
  if (named !== undefined && named !== 's3') return { bucket: named, key: decode(whole) };
  const slash = whole.indexOf('/');
  if (slash === -1) return { bucket: decode(whole), key: '' };
  return { bucket: decode(whole.slice(0, slash)), key: decode(whole.slice(slash + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}`);
  }
}

function readDocument(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : parseXml(bytes.toString()).value;
}

const headerMembers: Readonly<Record<string, string>> = {
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-content-sha256': 'ContentSHA256',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
  'x-amz-tagging': 'Tagging',
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  'content-md5': 'ContentMD5',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'if-modified-since': 'IfModifiedSince',
  'if-unmodified-since': 'IfUnmodifiedSince',
  range: 'Range',
};

const metadataPrefix = 'x-amz-meta-';

function readHeaders({ headers }: WireRequest): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') continue;
    const member = headerMembers[name];
    if (member !== undefined) members[member] = value;
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = value;
  }
  return { ...members, Metadata: metadata };
}

/** The names of query parameters are those of members in another case: `max-keys`, `uploadId`. */
function readQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...query].map(([name, value]) => [
      name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** Members of an answer that has no document. */
export function toHeaders(output: Readonly<Record<string, unknown>>): Record<string, string> {
  const names: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(headerMembers).map(([name, member]) => [member, name])),
    ContentLength: 'content-length',
    ETag: 'etag',
    LastModified: 'last-modified',
    Location: 'location',
    BucketRegion: 'x-amz-bucket-region',
    ServerSideEncryption: 'x-amz-server-side-encryption',
  };
  return Object.fromEntries(
    Object.entries(output).flatMap(([member, value]) => {
      const name = names[member];
      return name === undefined || value === undefined ? [] : [[name, String(value)]];
    }),
  );
}
