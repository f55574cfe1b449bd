/**
 * Header fields as an ordered list of pairs: repeated fields and their order survive, which a map cannot promise.
 *
 * Names are lower case. Values are byte strings (one character per byte, U+0000 to U+00FF), the form node:http uses
 * on the wire, so that bytes pass through whatever their encoding was.
 */
export type Header = readonly [name: string, value: string];
export type Headers = readonly Header[];

/** The first value of a field, or undefined. */
export function getHeader(headers: Headers, name: string): string | undefined {
  for (const [key, value] of headers) if (key === name) return value;
  return undefined;
}

/** All values of a field that is a list, as one (RFC 9110 5.3), or undefined. */
export function joinedHeader(headers: Headers, name: string): string | undefined {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value);
  return values.length > 0 ? values.join(', ') : undefined;
}

export function hasHeader(headers: Headers, name: string): boolean {
  return getHeader(headers, name) !== undefined;
}

/** A copy in which `name` occurs exactly once, with `value`. */
export function setHeader(headers: Headers, name: string, value: string): Headers {
  return [...withoutHeader(headers, name), [name, value]];
}

export function withoutHeader(headers: Headers, name: string): Headers {
  return headers.filter(([key]) => key !== name);
}

/** RFC 9110 7.6.1: fields that speak of one connection and must not be forwarded. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Whether no rule of up.json may set a field, because it concerns one connection: the hop-by-hop fields, and all that
 * begin with `proxy-`.
 */
export function isConnectionField(name: string): boolean {
  return hopByHop.has(name) || name.startsWith('proxy-');
}

/**
 * Drops hop-by-hop fields and those that `Connection` names. Call it before adding fields of our own: a client must not
 * be able to remove a field that the proxy sets by naming it in `Connection` (CVE-2026-33805).
 */
export function withoutHopByHop(headers: Headers): Headers {
  const named = connectionNames(headers);
  return headers.filter(([name]) => !hopByHop.has(name) && named?.has(name) !== true);
}

/** Whether a field is hop-by-hop by its name (RFC 9110 7.6.1). */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name);
}

/** Fields that a front door sets for the app to rely on: a client cannot remove them by naming them in `Connection`. */
const endToEnd = /^(?:host|forwarded|x-forwarded-.*|x-amzn-.*)$/;

/** The fields that `Connection` names, in lower case; null where it names none, which is the rule. */
export function connectionNames(headers: Headers): ReadonlySet<string> | null {
  let names: Set<string> | null = null;
  for (const [name, value] of headers) {
    if (name !== 'connection') continue;
    names ??= new Set();
    for (const token of value.toLowerCase().split(',')) {
      if (!endToEnd.test(token.trim())) names.add(token.trim());
    }
  }
  return names;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const illegalInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** RFC 9110 5.1: a field name is a token. */
export function isHeaderName(name: string): boolean {
  return token.test(name);
}

/** RFC 9110 5.5: CR, LF and NUL are never legal in a value; the other control characters but tab are refused too. */
export function isHeaderValue(value: string): boolean {
  return !illegalInValue.test(value);
}

/**
 * The UTF-8 bytes of a value, one character per byte. AWS hands header values out as decoded Unicode; this gives back
 * the bytes the client sent.
 */
export function toByteString(value: string): string {
  return /[^\u0000-\u007f]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
