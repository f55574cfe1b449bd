/** HTTPS under `up start`. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createSecureContext } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { makeCertificate } from '../../cli/commands/start/certificate.ts';
import { parseSecure, readCertificate } from '../../cli/commands/start/https.ts';

const dir = mkdtempSync(join(tmpdir(), 'up-https-'));
afterAll(() => rmSync(dir, { recursive: true }));
const place = { host: '127.0.0.1', cwd: dir, env: { XDG_CONFIG_HOME: join(dir, 'config') } };
const names = ['localhost', '127.0.0.1', '::1', '2001:db8::a1'];

test('the certificate is for its names, for a while, and for no other certificate', () => {
  const cert = new X509Certificate(makeCertificate(names, Date.UTC(2026, 10, 26)).cert);
  expect(cert.checkHost('localhost')).toBe('localhost');
  expect(['127.0.0.1', '::1', '2001:db8::a1'].map((ip) => cert.checkIP(ip))).not.toContain(undefined);
  expect(cert.checkHost('example.com')).toBeUndefined();
  expect([cert.validFrom, cert.validTo]).toEqual(['Nov 25 00:00:00 2026 GMT', 'Feb  3 00:00:00 2029 GMT']);
  expect(cert.ca).toBe(false);
  expect(cert.verify(cert.publicKey)).toBe(true);
});

test('a client that trusts it is served', async () => {
  const certificate = await readCertificate('own', place);
  const server = createServer(certificate, (_req, res) => res.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<string>((resolve, reject) => {
    const options = { host: 'localhost', port, ca: certificate.cert, family: 4, agent: false };
    get(options, (res) => resolve(text(res))).once('error', reject);
  });
  server.close();
  expect(answer).toBe('hello');
});

test('it is made once, and anew when it lacks a name or is damaged; its key is for its owner alone', async () => {
  const first = await readCertificate('own', place);
  expect((await readCertificate('own', place)).cert).toBe(first.cert);
  const other = await readCertificate('own', { ...place, host: '192.0.2.7' });
  expect(new X509Certificate(other.cert).checkIP('192.0.2.7')).toBe('192.0.2.7');
  const file = other.file ?? '';
  writeFileSync(file, 'damaged');
  const mended = await readCertificate('own', place);
  expect({ cert: readFileSync(file, 'utf8'), isNew: mended.isNew }).toEqual({ cert: mended.cert, isNew: true });
  expect(statSync(file.replace('.pem', '-key.pem')).mode & 0o777).toBe(0o600);
});

test('it is made anew when the key beside it is another’s, as two that start at once may leave it', async () => {
  const { file } = await readCertificate('own', place);
  writeFileSync(file?.replace('.pem', '-key.pem') ?? '', makeCertificate(names, Date.now()).key);
  const mended = await readCertificate('own', place);
  expect(mended.isNew).toBe(true);
  expect(() => createSecureContext(mended)).not.toThrow();
});

test('a certificate of one’s own is taken as it is, if it is one', async () => {
  const { cert, key } = makeCertificate(names, Date.now());
  writeFileSync(join(dir, 'cert.pem'), cert);
  writeFileSync(join(dir, 'key.pem'), key);
  const given = { cert: 'cert.pem', key: 'key.pem' };
  expect(await readCertificate(given, place)).toEqual({ cert, key, file: null, isNew: false });
  const swapped = { cert: 'key.pem', key: 'cert.pem' };
  await expect(readCertificate(swapped, place)).rejects.toMatchObject({ code: 'UP_USAGE' });
});

test('--cert and --key go together, and mean HTTPS', () => {
  expect(parseSecure({})).toBeNull();
  expect(parseSecure({ https: true })).toBe('own');
  expect(parseSecure({ cert: 'a', key: 'b' })).toEqual({ cert: 'a', key: 'b' });
  expect(() => parseSecure({ cert: 'a' })).toThrow('--cert and --key go together');
});
