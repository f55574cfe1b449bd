/** The port of a front door is its own: what is at an address today is not another app's tomorrow. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createDoors, type Doors } from '../../local/gateway/front-doors.ts';
import type { HttpApi, State } from '../../local/model.ts';

/** Listens on two ports, one above the other. */
async function twoPorts(): Promise<readonly [Server, Server]> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const second = createServer();
    const other = (first.address() as AddressInfo).port + 1;
    const isFree = await new Promise((resolve) =>
      second.once('error', () => resolve(false)).listen(other, '127.0.0.1', () => resolve(true)),
    );
    if (isFree) return [first, second];
    first.close();
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

function doorsOf(state: State): Doors {
  const doors = createDoors({
    state,
    dispatch: () => Promise.reject(new Error('unused')),
    metrics: { put() {} },
    firstPort: 1,
  });
  onTestFinished(() => doors.closeAll());
  return doors;
}

test('a port that another program has taken moves its own door alone, and only until it is free again', async () => {
  const [taken, free] = await twoPorts();
  const { port } = taken.address() as AddressInfo;
  await close(free);
  const [a, b] = [port, port + 1].map(
    (own) =>
      ({ ApiId: `at-${own}`, port: own, Tags: { 'up:app': `at-${own}`, 'up:stage': 'staging' } }) as unknown as HttpApi,
  ) as [HttpApi, HttpApi];
  const state = { apis: { [a.ApiId]: a, [b.ApiId]: b }, functions: {} } as unknown as State;

  const moved = doorsOf(state);
  await moved.openAll();
  expect(moved.url(b)).toBe(`http://127.0.0.1:${port + 1}`);
  expect([`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`]).not.toContain(moved.url(a));
  // As the inspector asks.
  const { urlOf } = moved;
  expect(urlOf(a.ApiId, 'staging')).toBe(`${moved.url(a)}/`);
  moved.closeAll();

  await close(taken);
  const back = doorsOf(state);
  await back.openAll();
  expect([a, b].map((api) => back.url(api))).toEqual([port, port + 1].map((own) => `http://127.0.0.1:${own}`));
});

test('a door that could not be opened is opened by the next try', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  await close(free);
  const api = { ApiId: 'abc', port: 65_536, routes: {}, integrations: {}, stages: {} } as unknown as HttpApi;
  const doors = doorsOf({ apis: { abc: api }, functions: {} } as unknown as State);
  await expect(doors.open(api)).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
  api.port = port;
  expect((await fetch(await doors.open(api))).status).toBe(404);
});
