/** Requests to speak another protocol, under `up start`. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { HttpError } from '../../../http/error.ts';
import { tunnel } from '../../../proxy/hosts/tunnel.ts';
import { isWebSocket, withoutOffer } from '../../../proxy/hosts/upgrades.ts';
import type { Keeper } from '../../../proxy/relay/keeper.ts';
import { until } from '../../support/until.ts';
import { keeperAt } from '../wire.ts';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** An app that upgrades whoever asks and then does as it is told with the connection. */
async function app(then: (socket: Socket, head: string) => void): Promise<number> {
  return listen(
    createTcpServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        const head = bytes.toString('latin1');
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
        then(socket, head);
      });
    }),
  );
}

async function front(keeper: Pick<Keeper, 'ready'>): Promise<number> {
  const server = createServer((req, res) => void text(req).then((body) => res.end(`${req.method} ${body}`)));
  const pass = tunnel({ keeper, stage: 'development', patience: 1_000 });
  server.on('upgrade', (req, socket, head) => {
    if (isWebSocket(req)) void pass(req, socket, head);
    else withoutOffer(server, req, socket, head);
  });
  return listen(server);
}

const offer = (upgrade: string, more = '') =>
  `GET /chat?a=1 HTTP/1.1\r\nHost: pets\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${more}\r\n`;

function client(port: number, sent: string) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(sent, 'latin1');
  return { socket, received: () => received };
}

test('bytes go both ways, and the end of one direction is not the end of the other', async () => {
  const port = await app((socket) => {
    socket.on('data', (bytes) => socket.write(bytes));
    socket.once('end', () => socket.end('bye'));
  });
  const { socket, received } = client(await front(keeperAt(port)), offer('websocket'));
  await until('the upgrade', () => received().startsWith('HTTP/1.1 101 '));
  socket.write('hello');
  await until('the echo', () => received().endsWith('hello'));
  socket.end();
  await until('the goodbye', () => received().endsWith('bye'));
  await until('the end', () => socket.readableEnded);
});

test('the app sees the request as it came, and only our word for what is ours to say', async () => {
  const heads: string[] = [];
  const port = await app((_socket, head) => heads.push(head));
  const forged = [
    ...['X-Stage: production', 'X_Stage: production', 'x-forwarded-proto: https', 'X-Forwarded-Port: 443'],
    ...['X-Forwarded-For: 192.0.2.1', 'X-Context: {}', 'X-Request-Id: mine', 'X-Forwarded-By: mine'],
    ...['Sec-WebSocket-Key: abc', 'X-Stage-Name: beta', 'Own-X-Stage: beta', ''],
  ].join('\r\n');
  client(await front(keeperAt(port)), offer('WebSocket', forged));
  const head = await until('the head', () => heads[0]);
  expect(head.split('\r\n')).toEqual([
    'GET /chat?a=1 HTTP/1.1',
    'Host: pets',
    'Connection: Upgrade',
    'Upgrade: WebSocket',
    'Sec-WebSocket-Key: abc',
    'X-Stage-Name: beta',
    'Own-X-Stage: beta',
    'x-forwarded-for: 192.0.2.1, 127.0.0.1',
    expect.stringMatching(/^x-forwarded-port: \d+$/),
    'x-forwarded-proto: http',
    expect.stringMatching(/^x-request-id: [\da-f-]{36}$/),
    'x-stage: development',
    '',
    '',
  ]);
});

test('what comes right behind the request reaches the app', async () => {
  const heard: string[] = [];
  const port = await app((socket, head) => {
    heard.push(head.split('\r\n\r\n')[1] ?? '');
    socket.on('data', (bytes) => heard.push(bytes.toString()));
  });
  client(await front(keeperAt(port)), `${offer('websocket')}early`);
  await until('the bytes', () => heard.join('') === 'early');
});

test('an app that dies takes its connections with it', async () => {
  const port = await app((socket) => socket.resetAndDestroy());
  const { socket } = client(await front(keeperAt(port)), offer('websocket'));
  await until('the end', () => socket.destroyed || socket.readableEnded);
});

test.each([
  [503, 'UP_APP_STARTING', new HttpError(503, 'UP_APP_STARTING', 'the app is still starting')],
  [502, 'UP_APP_CLOSED', new Error('whatever else it is')],
])('an app that is not there is an answer: %i %s', async (status, code, error) => {
  const { received } = client(await front({ ready: () => Promise.reject(error) }), offer('websocket'));
  await until('the answer', () => received().includes(`"code":"${code}"`));
  expect(received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('an offer to speak HTTP/2 is not taken, and the request is served with its body', async () => {
  const port = await front(keeperAt(1));
  const offered = offer('h2c', 'Content-Length: 3\r\n').replace('GET', 'POST');
  const { received } = client(port, `${offered}abc`);
  await until('the answer', () => received().includes('POST abc'));
  expect(received()).toMatch(/^HTTP\/1\.1 200 /);
});

test('an offer to speak HTTP/2 takes nothing along that was said of the connection beside it', async () => {
  const server = createServer((req, res) => res.end(`<${JSON.stringify(req.rawHeaders)}>`));
  server.on('upgrade', (req, socket, head) => withoutOffer(server, req, socket, head));
  const kept = [
    ...['X-Connection', 'upgrade, a', 'Connection-Id', 'upgrade, a', 'X-Upgrade', '1'],
    ...['Upgrade-Insecure-Requests', '1', 'X-Name', '\xe9'],
  ];
  const fields = kept.flatMap((name, at) => (at % 2 === 0 ? `${name}: ${kept[at + 1]}\r\n` : []));
  const offered = offer('h2c', `HTTP2-Settings: AAMAAABk\r\n${fields.join('')}`).replace(
    'Connection: Upgrade',
    'Connection: Upgrade, HTTP2-Settings, X-Hop, close',
  );
  const { socket, received } = client(await listen(server), offered);
  await until('the end', () => socket.readableEnded);
  expect(received()).toContain('Connection: close\r\n');
  const seen = JSON.parse(Buffer.from(/<(.*)>/.exec(received())?.[1] ?? '', 'latin1').toString());
  expect(seen).toEqual(['Host', 'pets', 'Connection', 'X-Hop, close', ...kept]);
});

test('an app that listens no more ends the connection', async () => {
  const closed = createTcpServer();
  const port = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  const { socket, received } = client(await front(keeperAt(port)), offer('websocket'));
  await until('the end', () => socket.destroyed || socket.readableEnded);
  expect(received()).toBe('');
});

test('whoever is gone before there is an app is no connection to it', async () => {
  const sockets: Socket[] = [];
  const port = await listen(createTcpServer((socket) => void sockets.push(socket.on('error', () => {}))));
  const awaited = keeperAt(port);
  let passed: Promise<void> | undefined;
  const server = createServer().on('upgrade', (req, socket, head) => {
    const gone = new Promise((resolve) => socket.once('close', resolve));
    const ready: Keeper['ready'] = async (patience) => gone.then(() => awaited.ready(patience));
    passed = tunnel({ keeper: { ready }, stage: 'development', patience: 1_000 })(req, socket, head);
    socket.destroy(new Error('read ECONNRESET'));
  });
  client(await listen(server), offer('websocket'));
  await until('the upgrade', () => passed !== undefined);
  await passed;
  // A connection that was begun before would be there first.
  const later = connect({ port, host: '127.0.0.1' });
  await until('the next connection', () => sockets.some(({ remotePort }) => remotePort === later.localPort));
  expect(sockets).toHaveLength(1);
  later.destroy();
});

test('whoever leaves while the app is being connected takes that connection along', async () => {
  const sockets: Socket[] = [];
  const port = await listen(createTcpServer((socket) => void sockets.push(socket.on('error', () => {}))));
  const pass = tunnel({ keeper: keeperAt(port), stage: 'development', patience: 1_000 });
  const server = createServer().on('upgrade', async (req, socket, head) => {
    await pass(req, socket, head);
    socket.destroy();
  });
  client(await listen(server), offer('websocket'));
  await until('the end of it', () => sockets[0]?.destroyed);
});
