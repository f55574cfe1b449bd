/** Text or base64: the decision every buffered result format needs. */
import { isUtf8 } from 'node:buffer';
import { getHeader, type Headers, hasHeader } from '../../http/headers.ts';
import { remembered } from '../../http/remembered.ts';
import { Base64, largeBytes } from './base64.ts';

export interface EncodedBody {
  /** Base64 of a large body is not made a string of before somebody wants one. */
  readonly body: string | Base64;
  readonly isBase64Encoded: boolean;
}

/**
 * Text only if the bytes are valid UTF-8, the type is textual in a charset that UTF-8 covers, and no content coding was
 * applied. Everything else is base64, so the bytes are identical always.
 */
export function encodeBody(bytes: Buffer, headers: Headers): EncodedBody {
  if (bytes.length === 0) return { body: '', isBase64Encoded: false };
  const text = isPlain(headers) && isTextual(getHeader(headers, 'content-type')) && isUtf8(bytes);
  if (text) return { body: bytes.toString('utf8'), isBase64Encoded: false };
  return { body: bytes.length < largeBytes ? bytes.toString('base64') : Base64.of(bytes), isBase64Encoded: true };
}

/** The fields with a type, when there is a body to have one. */
export function withType(headers: Headers, bytes: Buffer): Headers {
  if (bytes.length === 0 || hasHeader(headers, 'content-type')) return headers;
  return [...headers, ['content-type', guessType(bytes)]];
}

/**
 * The type of a body whose app named none. Left out, HTTP APIs and Function URLs would call it JSON; browsers given no
 * type look at the first bytes, and so does this.
 */
export function guessType(bytes: Buffer): string {
  if (!isUtf8(bytes)) return 'application/octet-stream';
  const start = bytes.toString('latin1', 0, 64).trimStart().toLowerCase();
  return /^<(?:!doctype html|html)[\s>]/.test(start) ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

function isPlain(headers: Headers): boolean {
  const coding = getHeader(headers, 'content-encoding');
  return coding === undefined || coding.trim().toLowerCase() === 'identity' || coding.trim() === '';
}

const textualTypes =
  /^(?:text\/[^;]+|application\/(?:json|javascript|ecmascript|xml|yaml|x-www-form-urlencoded|graphql|x-ndjson)|[^;]+\+(?:json|xml|yaml))$/;

function isTextual(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  // Those with a boundary are new each time.
  return contentType.includes('boundary') ? readType(contentType) : typeIsTextual(contentType);
}

const typeIsTextual = remembered(readType, { most: 64, longest: 64 });

function readType(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!textualTypes.test(type.trim())) return false;
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)/.exec(parameter)?.[1]).find(Boolean);
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';
}
