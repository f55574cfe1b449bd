/** Requests to speak another protocol, at a front door: no service behind it takes them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createFrontDoors } from '../../local/gateway/front-doors.ts';
import type { HttpApi, State } from '../../local/model.ts';

async function openPort(): Promise<number> {
  const api = { ApiId: 'abc', port: 0, routes: {}, integrations: {}, stages: {} } as unknown as HttpApi;
  const frontDoors = createFrontDoors({
    state: { apis: { abc: api }, functions: {} } as unknown as State,
    dispatch: () => Promise.reject(new Error('unused')),
    metrics: { put() {} },
    firstPort: 42_100,
  });
  onTestFinished(() => frontDoors.closeAll());
  return Number(new URL(await frontDoors.open(api)).port);
}

const offer = 'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

test('an upgrade is answered with 400 and the reason, and the connection is closed', async () => {
  const socket = connect(await openPort(), '127.0.0.1');
  socket.write(offer);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n{"message":"Bad Request: .*WebSockets.*"}$/s);
});

test('a client that resets the connection of its upgrade does not end the platform', async () => {
  const port = await openPort();
  const uncaught: Error[] = [];
  const onUncaught = (error: Error) => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', onUncaught);
  onTestFinished(() => void process.off('uncaughtExceptionMonitor', onUncaught));
  for (let clients = 0; clients < 20; clients++) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(offer, () => socket.resetAndDestroy());
    await once(socket, 'close');
  }
  // Answered after every reset has been read.
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect(uncaught).toEqual([]);
});
