/**
 * A certificate for this machine, signed by itself (RFC 5280): whoever trusts it trusts nothing else. Node makes keys and
 * signatures, but no certificates.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, bytes, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from './der.ts';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** https://support.apple.com/en-us/103769: what is valid for longer is not trusted there. */
const validDays = 800;
const dayMs = 86_400_000;

/** `names` are host names and addresses; `now` is epoch milliseconds. */
export function makeCertificate(names: readonly string[], now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const subject = sequence(set(sequence(oid(oids.commonName), utf8('up on this machine'))));
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serial()),
    algorithm,
    subject,
    // A clock that is behind ours by less than a day takes it too.
    sequence(utcTime(now - dayMs), utcTime(now + validDays * dayMs)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(names))),
  );
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  return {
    cert: pem(sequence(body, algorithm, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A positive number of 16 bytes. */
function serial(): Buffer {
  const number = randomBytes(16);
  number[0] = ((number[0] ?? 0) & 0x3f) | 0x40;
  return number;
}

function extensions(names: readonly string[]): Buffer[] {
  const critical = bytes(0x01, Buffer.from([0xff]));
  const extension = (id: string, value: Buffer, ...flags: Buffer[]) => sequence(oid(id), ...flags, octets(value));
  return [
    extension(oids.basicConstraints, sequence(), critical),
    // digitalSignature alone: it signs no other certificate.
    extension(oids.keyUsage, bytes(0x03, Buffer.from([7, 0x80])), critical),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
    extension(oids.subjectAltName, sequence(...names.map(generalName))),
  ];
}

/** A name is [2], an address [7] in network order. */
function generalName(name: string): Buffer {
  return isIP(name) === 0 ? bytes(0x82, Buffer.from(name, 'latin1')) : bytes(0x87, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const words = (text: string) => text.split(':').filter(Boolean);
  const zeros = Array<string>(8 - words(head).length - words(tail).length).fill('0');
  const groups = [...words(head), ...zeros, ...words(tail)].map((word) => Number.parseInt(word, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
