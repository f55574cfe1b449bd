/** A request as a front door reads it, and the small things that events are made of. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { commonLogTime, type Incoming, queryPairs, readIncoming } from '../../local/gateway/incoming.ts';

/** What is read of these bytes. */
async function read(head: string, listenAt = '127.0.0.1'): Promise<{ incoming: Incoming; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, listenAt, resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
    server.closeAllConnections();
  });
  const incoming = new Promise<Incoming>((resolve) =>
    server.on('request', (req) => resolve(readIncoming(req, Buffer.from('body')))),
  );
  socket.write(head);
  return { incoming: await incoming, port };
}

test('a request is read whole: names in lower case, values as text, in order, without what is of the connection', async () => {
  const head = 'PUT /a%20b?c=1?d HTTP/1.1\r\nHost: shop.example\r\nX-B: 1\r\nx-a: \u00e9\r\nX-B: 2\r\n';
  const { incoming, port } = await read(
    `${head}Expect: 100-continue\r\nKeep-Alive: 5\r\nConnection: close, X-C\r\nX-C: 3\r\n\r\n`,
  );
  expect(incoming).toEqual({
    method: 'PUT',
    rawPath: '/a%20b',
    rawQuery: 'c=1?d',
    headers: [
      ['host', 'shop.example'],
      ['x-b', '1'],
      ['x-a', '\u00e9'],
      ['x-b', '2'],
    ],
    body: Buffer.from('body'),
    protocol: 'HTTP/1.1',
    scheme: 'http',
    host: 'shop.example',
    clientIp: '127.0.0.1',
    port,
    at: expect.any(Date),
  });
});

test('bytes in a value are the UTF-8 of a text', async () => {
  const { incoming } = await read('GET / HTTP/1.0\r\nx-city: Zo\u00eb\r\n\r\n');
  expect(incoming).toMatchObject({ headers: [['x-city', 'Zo\u00eb']], protocol: 'HTTP/1.0', host: '', rawQuery: '' });
});

test('a client of IPv4 at a front door of both is told as such', async () => {
  const { incoming } = await read('GET / HTTP/1.1\r\nHost: a\r\n\r\n', '::');
  expect(incoming.clientIp).toBe('127.0.0.1');
});

test.each<[query: string, pairs: [string, string][]]>([
  ['', []],
  ['a', [['a', '']]],
  ['a=b=c', [['a', 'b=c']]],
  [
    'a=1&&b',
    [
      ['a', '1'],
      ['', ''],
      ['b', ''],
    ],
  ],
])('the query %j', (query, pairs) => expect(queryPairs(query)).toEqual(pairs));

test('a time is that of the common log format, in the months of English', () => {
  const months = Array.from({ length: 12 }, (_, month) => commonLogTime(new Date(Date.UTC(2026, month, 3, 4, 5, 6))));
  expect(months[0]).toBe('03/Jan/2026:04:05:06 +0000');
  expect(months.map((time) => time.slice(3, 6)).join(' ')).toBe('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec');
});
