/** Calls to AWS through the proxy that HTTPS_PROXY names. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { fromAwsError } from '../../cli/aws/errors.ts';
import { httpProxyOf, httpsAgent } from '../../cli/aws/http-proxy.ts';
import { readIdentity } from '../../cli/aws/identity.ts';
import { createSession } from '../../cli/aws/session.ts';
import { makeCertificate } from '../../cli/commands/start/certificate.ts';

afterEach(() => vi.unstubAllEnvs());

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy that leads all hosts to `port`; what it was asked for is in `asked`. */
async function proxyTo(port: number, asked: string[]): Promise<string> {
  const proxy = createServer((_req, res) => res.writeHead(400).end());
  proxy.on('connect', ({ url = '' }, client: Socket, head) => {
    asked.push(url);
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
  });
  return `http://127.0.0.1:${await listening(proxy)}`;
}

describe('with HTTPS_PROXY', () => {
  const certificate = { key: '', cert: '' };
  beforeAll(() => Object.assign(certificate, makeCertificate(['aws.example', '127.0.0.1'], Date.now())));

  const serve = (listener: RequestListener) => listening(createTlsServer(certificate, listener));

  async function get(url: string): Promise<string> {
    const agent = await httpsAgent(process.env);
    onTestFinished(() => agent?.destroy());
    return new Promise((resolve, reject) => {
      request(url, { agent, ca: certificate.cert }, (res) => resolve(text(res)))
        .once('error', reject)
        .end();
    });
  }

  test('a call goes through it, encrypted to the end, and the next by the same connection', async () => {
    const asked: string[] = [];
    const port = await serve(({ headers: { host } }, res) => res.end(`for ${host}`));
    vi.stubEnv('HTTPS_PROXY', await proxyTo(port, asked));
    expect(await get('https://aws.example/')).toBe('for aws.example');
    expect(asked).toEqual(['aws.example:443']);
  });

  test('what NO_PROXY names is reached without', async () => {
    const asked: string[] = [];
    const port = await serve((_req, res) => res.end('direct'));
    vi.stubEnv('HTTPS_PROXY', await proxyTo(port, asked));
    vi.stubEnv('NO_PROXY', '.example,127.0.0.1');
    expect(await get(`https://127.0.0.1:${port}/`)).toBe('direct');
    expect(asked).toEqual([]);
  });

  const config = { regions: ['us-east-1'] };
  async function identity() {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'AKIDEXAMPLE');
    const agent = await httpsAgent(process.env);
    const options = { env: {}, region: undefined, profile: undefined, config, localUrl: undefined };
    return readIdentity(createSession({ ...options, httpsAgent: agent }));
  }

  test.each([
    ['answers 407', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT'],
    ['answers 403', 'HTTP/1.1 403 Forbidden\r\n\r\n<h1>no</h1>', 'have it let AWS through, or unset HTTPS_PROXY'],
    ['hangs up', '', 'have it let AWS through, or unset HTTPS_PROXY'],
  ])('AWS is asked through it, and it is told of one that %s', async (what, answer, hint) => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url = '' }, client: Socket) => {
      asked.push(url);
      client.end(answer);
    });
    vi.stubEnv('HTTPS_PROXY', `127.0.0.1:${await listening(proxy)}`);
    expect(await identity().catch(fromAwsError)).toMatchObject({
      code: 'UP_AWS_UNAVAILABLE',
      message: `The HTTP proxy on the way to AWS ${what}`,
      hint,
    });
    expect(asked).toEqual(['sts.us-east-1.amazonaws.com:443']);
  });

  test('a certificate that nobody vouches for, as of a proxy that looks into it all, is told as such', async () => {
    const port = await serve((_req, res) => res.end());
    vi.stubEnv('HTTPS_PROXY', await proxyTo(port, []));
    expect(await identity().catch(fromAwsError)).toMatchObject({
      code: 'UP_AWS_UNAVAILABLE',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  test.each(['socks5://127.0.0.1:1080', 'http://'])('that names none, as %s, is refused', async (url) => {
    await expect(httpsAgent({ HTTPS_PROXY: url })).rejects.toMatchObject({ code: 'UP_USAGE' });
  });
});

test('without HTTPS_PROXY there is none', async () => {
  expect(httpProxyOf({ HTTP_PROXY: 'http://127.0.0.1:3128', HTTPS_PROXY: '' })).toBeNull();
  expect(await httpsAgent({})).toBeUndefined();
});
