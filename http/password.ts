/**
 * Passwords as up.json holds them: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. The cost is part of the text, so
 * that it can grow without anybody's password becoming invalid; it is bounded, so that no text can stop the proxy.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export interface PasswordHash extends Cost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html: the row that fits into 128 MB. */
export const defaultCost: Cost = { N: 2 ** 14, r: 8, p: 5 };

/** As much memory as the smallest function can spare beside Node and an app, and about a second of one processor. */
const maxMemoryBytes = 64 * 1024 * 1024;
const maxWork = 2 ** 21;
const minN = 2 ** 10;

/** More than anybody types, and less than a header field takes. */
const maxPasswordBytes = 1024;
const saltBytes = 16;
const hashBytes = 32;
const form = /^scrypt\$(\d{1,7})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,86})\$([\w-]{43})$/;

/** Null for what is no hash, and for one that is too cheap to protect anything or too dear to check. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const match = form.exec(text);
  if (!match) return null;
  const [N = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  const isPowerOfTwo = N > 0 && (N & (N - 1)) === 0;
  if (!isPowerOfTwo || N < minN || r < 1 || p < 1) return null;
  if (memoryOf({ N, r, p }) > maxMemoryBytes || N * r * p > maxWork) return null;
  const [salt, hash] = match.slice(4).map((part) => Buffer.from(part, 'base64url'));
  return salt && hash?.length === hashBytes ? { N, r, p, salt, hash } : null;
}

/** Why a password could not be used to log in, as the rest of a sentence; undefined for one that can. */
export function passwordRefusal(password: string): string | undefined {
  if (password === '') return 'is empty';
  if (/[\u0000-\u001f\u007f]/.test(password)) return 'holds a control character, such as a line break';
  return Buffer.byteLength(password) > maxPasswordBytes ? `has more than ${maxPasswordBytes} bytes` : undefined;
}

export async function hashPassword(password: string, cost = defaultCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

export async function verifyPassword(password: string, wanted: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, wanted.salt, wanted), wanted.hash);
}

/** A hash that no password has, and that takes as long to check as the given one. */
export function decoyOf({ N, r, p, salt }: PasswordHash): PasswordHash {
  return { N, r, p, salt: randomBytes(salt.length), hash: randomBytes(hashBytes) };
}

function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // RFC 7617 2.1: the same password may come composed or decomposed, depending on the keyboard.
    scrypt(password.normalize('NFC'), salt, hashBytes, { N, r, p, maxmem: 2 * maxMemoryBytes }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** RFC 7914 5. */
function memoryOf({ N, r, p }: Cost): number {
  return 128 * r * (N + p);
}
