/**
 * Checks Signature Version 4: form and time of every signature, and the signature itself where the secret is known,
 * which is that of the platform's own credentials. Any other credentials are accepted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './error.ts';
import { ownCredentials } from './identity.ts';
import type { WireRequest } from './wire/wire.ts';

/** Each family of services has its own names for a bad signature. */
interface Names {
  readonly incomplete: string;
  readonly mismatch: string;
  readonly late: string;
}

const jsonNames: Names = {
  incomplete: 'IncompleteSignatureException',
  mismatch: 'InvalidSignatureException',
  late: 'InvalidSignatureException',
};
const xmlNames: Names = {
  incomplete: 'IncompleteSignature',
  mismatch: 'SignatureDoesNotMatch',
  late: 'SignatureDoesNotMatch',
};
const names: Readonly<Record<string, Names>> = {
  iam: xmlNames,
  route53: xmlNames,
  s3: { incomplete: 'AuthorizationHeaderMalformed', mismatch: 'SignatureDoesNotMatch', late: 'RequestTimeTooSkewed' },
  sns: xmlNames,
  sts: xmlNames,
};

type Signed = Pick<WireRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>;

const algorithm = 'AWS4-HMAC-SHA256';
const maxSkewMs = 5 * 60_000;

/** Throws an AwsError for a signature that AWS would refuse. `now` in epoch milliseconds. */
export function checkSignature(req: Signed, service: string, now: number): void {
  const errors = names[service] ?? jsonNames;
  const header = req.headers.authorization ?? '';
  // Signature Version 4A is asymmetric: nobody here has its key.
  if (!header.startsWith(`${algorithm} `)) return;
  const parts = readParts(header, errors);
  const time = readTime(req, errors);
  checkScope(parts, time, errors);
  checkAge(time, now, errors);
  if (!parts.signedHeaders.includes('host'))
    throw new AwsError(errors.mismatch, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  if (parts.accessKeyId !== ownCredentials.accessKeyId) return;
  if (isSame(parts.signature, sign(req, service, parts, time))) return;
  throw new AwsError(
    errors.mismatch,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

interface Parts {
  readonly accessKeyId: string;
  /** `20260101/us-east-1/lambda/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function readParts(header: string, { incomplete }: Names): Parts {
  const part = (name: string): string => {
    const value = new RegExp(`[ ,]${name}=([^,\\s]+)`).exec(header)?.[1];
    if (value !== undefined) return value;
    throw new AwsError(incomplete, `Authorization header requires '${name}' parameter. Authorization=${algorithm}`);
  };
  const [accessKeyId = '', ...scope] = part('Credential').split('/');
  const signedHeaders = part('SignedHeaders').toLowerCase().split(';');
  return { accessKeyId, scope: scope.join('/'), signedHeaders, signature: part('Signature') };
}

/** `20260101T120000Z` */
function readTime({ headers }: Signed, { incomplete }: Names): string {
  const time = headers['x-amz-date'];
  if (typeof time === 'string' && /^\d{8}T\d{6}Z$/.test(time) && !Number.isNaN(toMilliseconds(time))) return time;
  throw new AwsError(
    incomplete,
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header in ISO 8601 basic format.",
  );
}

function checkScope({ scope }: Parts, time: string, { mismatch }: Names): void {
  const [date = ''] = scope.split('/');
  if (date === time.slice(0, 8)) return;
  throw new AwsError(
    mismatch,
    `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
  );
}

function toMilliseconds(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function checkAge(time: string, now: number, { late }: Names): void {
  const at = toMilliseconds(time);
  if (at < now - maxSkewMs)
    throw new AwsError(
      late,
      `Signature expired: ${time} is now earlier than ${toTime(now - maxSkewMs)} (${toTime(now)} - 5 min.)`,
    );
  if (at > now + maxSkewMs)
    throw new AwsError(
      late,
      `Signature not yet current: ${time} is still later than ${toTime(now + maxSkewMs)} (${toTime(now)} + 5 min.)`,
    );
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
}

function sign(req: Signed, service: string, { scope, signedHeaders }: Parts, time: string): string {
  const canonical = [
    req.method,
    canonicalPath(req.path, service),
    canonicalQuery(req.query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeader(req.headers[name])}`),
    '',
    signedHeaders.join(';'),
    bodyHash(req, service),
  ].join('\n');
  const text = [algorithm, time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${ownCredentials.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

/** Encoded once more than on the wire, but for S3. */
function canonicalPath(path: string, service: string): string {
  return service === 's3' ? path : path.split('/').map(encode).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => [encode(name), encode(value)] as const);
  return pairs
    .sort(([a, b], [c, d]) => (a < c || (a === c && b < d) ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeader(value: string | readonly string[] | undefined): string {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  // Node reads bytes as Latin-1.
  return Buffer.from(text, 'latin1').toString('utf8').trim().replace(/ +/g, ' ');
}

/** What S3 calls the hash may be a word for not having one; everybody else's is of the bytes that came. */
function bodyHash({ headers, body }: Signed, service: string): string {
  const said = headers['x-amz-content-sha256'];
  return service === 's3' && typeof said === 'string' ? said : sha256(body);
}

/** RFC 3986: encodeURIComponent leaves five more characters alone. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
