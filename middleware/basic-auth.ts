/**
 * `basic_auth`: a name and a password (RFC 7617) before anything of a stage is served. The app does not see the password,
 * nor does the log. Preflight requests never get here where `cors` answers them; events and the probe of a deploy have no
 * client who could be asked.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { errorResponse, HttpError } from '../http/error.ts';
import { type Headers, joinedHeader, setHeader, withoutHeader } from '../http/headers.ts';
import type { HttpResponse, Middleware } from '../http/message.ts';
import { decoyOf, type PasswordHash, parsePasswordHash, verifyPassword } from '../http/password.ts';

interface BasicAuth {
  readonly users?: Readonly<Record<string, string>> | undefined;
  readonly realm: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Successful credentials that need no scrypt again. */
const maxRemembered = 100;
/** Longer than any password, because every guess costs the hashing of all that was sent. */
const maxCredentialsLength = 2_048;

/** Throws for an invalid hash: the CLI has checked them, and a broken one must not leave the stage open. */
export function basicAuth({ users, realm }: BasicAuth): Middleware | null {
  if (users === undefined) return null;
  const isValid = remembering(verifier(users));
  const challenge = `Basic realm="${realm.replace(/["\\]/g, '\\$&')}", charset="UTF-8"`;
  return async function basicAuth(req, next) {
    if (req.context.sender !== undefined) return next(req);
    const credentials = readCredentials(req.headers);
    if (credentials && (await isValid(credentials)))
      return keptPrivate(await next({ ...req, headers: withoutHeader(req.headers, 'authorization') }));
    const error = new HttpError(401, 'UP_UNAUTHORIZED', 'a name and a password are needed', {}, [
      ['www-authenticate', challenge],
    ]);
    return errorResponse(error, req.context.requestId);
  };
}

/**
 * RFC 9111 3.5: these let shared caches keep what was asked for with a password, for everybody. Neither the app nor its
 * files knew of the password.
 */
const shared = /(?:^|,)\s*(?:public|s-maxage|must-revalidate)\b/i;

function keptPrivate(res: HttpResponse): HttpResponse {
  const value = joinedHeader(res.headers, 'cache-control') ?? '';
  if (!shared.test(value)) return res;
  const others = value
    .split(',')
    .map((directive) => directive.trim())
    .filter((directive) => !/^(?:public|private|s-maxage\b.*)$/i.test(directive));
  return { ...res, headers: setHeader(res.headers, 'cache-control', ['private', ...others].join(', ')) };
}

/** Null for whatever RFC 7617 does not allow. */
export function readCredentials(headers: Headers): Credentials | null {
  const [value, ...more] = headers.filter(([name]) => name === 'authorization').map(([, field]) => field);
  if (value === undefined || more.length > 0 || value.length > maxCredentialsLength) return null;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  if (encoded === undefined) return null;
  const text = decode(encoded);
  const colon = text.indexOf(':');
  if (colon === -1 || /[\u0000-\u001f\u007f]/.test(text)) return null;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Empty for what is not UTF-8, which is the charset the challenge names. */
function decode(encoded: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return '';
  }
}

type Check = (credentials: Credentials) => Promise<boolean>;

/** Checks credentials. An unknown name takes as long as a known one, so that response times reveal no names. */
function verifier(users: Readonly<Record<string, string>>): Check {
  const hashes = new Map(Object.entries(users).map(([user, text]) => [user, requireHash(user, text)] as const));
  const decoys = [...hashes.values()].map(decoyOf).sort((a, b) => work(b) - work(a));
  return async function check({ user, password }) {
    const hash = hashes.get(user);
    const checked = hash ?? decoys[0];
    return checked !== undefined && (await verifyPassword(password, checked)) && hash !== undefined;
  };
}

function requireHash(user: string, text: string): PasswordHash {
  const hash = parsePasswordHash(text);
  if (!hash) throw new Error(`basic_auth.users: the hash of "${user}" is none of "up hash-password"`);
  return hash;
}

function work({ N, r, p }: PasswordHash): number {
  return N * r * p;
}

/**
 * Remembers credentials that were right, since a browser sends them with each request. They are kept as an HMAC under a
 * key of this process: a memory dump shows no password, and a lookup takes no time that depends on one.
 */
function remembering(check: Check): Check {
  const key = randomBytes(32);
  const known = new Set<string>();
  return async function isValid(credentials) {
    const { user, password } = credentials;
    const mark = createHmac('sha256', key)
      .update(JSON.stringify([user, password]))
      .digest('base64');
    if (known.has(mark)) return true;
    if (!(await check(credentials))) return false;
    const [oldest] = known;
    if (known.size >= maxRemembered && oldest !== undefined) known.delete(oldest);
    known.add(mark);
    return true;
  };
}
