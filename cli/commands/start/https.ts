/** HTTPS on request: with the user's own certificate, or with one that is made once for this machine and kept. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { requireText } from '../../build/read-text.ts';
import type { Args } from '../../command.ts';
import { UpError } from '../../errors.ts';
import { type Certificate, makeCertificate } from './certificate.ts';

/** What was asked for; null for plain HTTP. */
export type Secure = { readonly cert: string; readonly key: string } | 'own' | null;

export interface Kept extends Certificate {
  /** The file with the certificate that was made here; null for the user's own. */
  readonly file: string | null;
  /** Nobody trusts it yet. */
  readonly isNew: boolean;
}

export function parseSecure({ https, cert, key }: Args): Secure {
  if ((cert === undefined) !== (key === undefined))
    throw new UpError('UP_USAGE', '--cert and --key go together', { hint: 'up start --cert cert.pem --key key.pem' });
  if (cert !== undefined) return { cert: String(cert), key: String(key) };
  return https === true ? 'own' : null;
}

/** `host` is the address that is listened on. */
export async function readCertificate(
  asked: Exclude<Secure, null>,
  { host, cwd, env }: { readonly host: string; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Kept> {
  if (asked === 'own') return ownCertificate(host, join(configDir(env), 'up', 'https'));
  const [cert, key] = await Promise.all([asked.cert, asked.key].map((file) => requireText(resolve(cwd, file))));
  const given = { cert: cert ?? '', key: key ?? '' };
  try {
    createSecureContext(given);
  } catch (error) {
    throw new UpError('UP_USAGE', `${asked.cert} and ${asked.key} are not a certificate and its key`, {
      evidence: `OpenSSL    ${(error as Error).message}`,
      hint: 'give both as PEM: up start --cert cert.pem --key key.pem',
      cause: error,
    });
  }
  return { ...given, file: null, isNew: false };
}

function configDir({ XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): string {
  return XDG_CONFIG_HOME || join(HOME || homedir(), '.config');
}

const always = ['localhost', '127.0.0.1', '::1'];
/** Replaced this long before it expires, so that it never expires in the middle of a working day. */
const restMs = 7 * 86_400_000;

async function ownCertificate(host: string, dir: string): Promise<Kept> {
  const [file, keyFile] = [join(dir, 'localhost.pem'), join(dir, 'localhost-key.pem')];
  const [cert, key] = await Promise.all([file, keyFile].map((path) => readFile(path, 'utf8'))).catch(() => []);
  const names = [...new Set([...always, ...named(host)])];
  if (cert && key && covers({ cert, key }, names)) return { cert, key, file, isNew: false };
  const made = makeCertificate(names, Date.now());
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await replaceFile(keyFile, made.key, 0o600);
  await replaceFile(file, made.cert, 0o644);
  return { ...made, file, isNew: true };
}

/** In one step: one that is started beside this one reads the old text or the new one. */
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const part = `${path}.${process.pid}`;
  await writeFile(part, text, { mode });
  await rename(part, path);
}

/** Addresses that stand for all are no names. */
function named(host: string): string[] {
  return host === '0.0.0.0' || host === '::' ? [] : [host];
}

/** Of two that were made at once, by two that were started, one's certificate may lie beside the other's key. */
function covers({ cert, key }: Certificate, names: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return false;
    const { validTo, subjectAltName = '' } = certificate;
    const certified = new Set(subjectAltName.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '')));
    const isNamed = (name: string) => certified.has(name) || (name === '::1' && certified.has('0:0:0:0:0:0:0:1'));
    return Date.parse(validTo) - Date.now() > restMs && names.every(isNamed);
  } catch {
    // Damaged: it is made anew.
    return false;
  }
}

/** How to have this machine trust it. */
export function trustCommand(file: string): string {
  if (process.platform === 'darwin')
    return `security add-trusted-cert -k ~/Library/Keychains/login.keychain-db ${file}`;
  return `certutil -d sql:$HOME/.pki/nssdb -A -t P,, -n up -i ${file}`;
}
