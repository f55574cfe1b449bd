/** The port of a front door is its own: what is at an address today is not another app's tomorrow. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFrontDoors, type LocalFrontDoors } from '../../local/gateway/front-doors.ts';
import type { FunctionUrl, HttpApi, State } from '../../local/model.ts';

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

function frontDoorsOf(state: State, firstPort = 1): LocalFrontDoors {
  const frontDoors = createFrontDoors({
    state,
    dispatch: () => Promise.reject(new Error('unused')),
    metrics: { put() {} },
    firstPort,
  });
  onTestFinished(() => frontDoors.closeAll());
  return frontDoors;
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

  const moved = frontDoorsOf(state);
  await moved.openAll();
  expect(moved.url(b)).toBe(`http://127.0.0.1:${port + 1}`);
  expect([`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`]).not.toContain(moved.url(a));
  // As the inspector asks.
  const { urlOf } = moved;
  expect(urlOf(a.ApiId, 'staging')).toBe(`${moved.url(a)}/`);
  moved.closeAll();

  await close(taken);
  const back = frontDoorsOf(state);
  await back.openAll();
  expect([a, b].map((api) => back.url(api))).toEqual([port, port + 1].map((own) => `http://127.0.0.1:${own}`));
});

test('a door that could not be opened is opened by the next try', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  await close(free);
  const api = { ApiId: 'abc', port: 65_536, routes: {}, integrations: {}, stages: {} } as unknown as HttpApi;
  const frontDoors = frontDoorsOf({ apis: { abc: api }, functions: {} } as unknown as State);
  await expect(frontDoors.open(api)).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
  api.port = port;
  expect((await fetch(await frontDoors.open(api))).status).toBe(404);
});

describe('an app with an API and a Function URL', () => {
  const tags = (stage: string) => ({ 'up:app': 'shop', 'up:stage': stage });
  let state: State;
  let first: number;
  let frontDoors: LocalFrontDoors;

  beforeEach(async () => {
    const [below, above] = await twoPorts();
    first = (below.address() as AddressInfo).port;
    await Promise.all([close(below), close(above)]);
    state = {
      apis: {
        other: { ApiId: 'other', port: first, Tags: { ...tags('staging'), 'up:app': 'other' } },
        a1: { ApiId: 'a1', port: 0, Tags: tags('staging') },
      },
      functions: {
        plain: { FunctionName: 'plain' },
        shop: { FunctionName: 'shop', urls: { production: { UrlId: 'u1', port: 0 } } },
      },
    } as unknown as State;
    frontDoors = frontDoorsOf(state, first);
    await frontDoors.openAll();
  });

  const portIn = (url: string | null) => Number(new URL(url ?? '').port);

  test('has front doors of its own, above the first port and those that others have', () => {
    const { a1 } = state.apis as { a1: HttpApi };
    const url = state.functions.shop?.urls?.production as FunctionUrl;
    expect(new Set([first, a1.port, url.port]).size).toBe(3);
    expect(Math.min(a1.port, url.port)).toBeGreaterThan(first);
    expect(frontDoors.url(a1)).toBe(`http://127.0.0.1:${a1.port}`);
    expect(frontDoors.functionUrl(url)).toBe(`http://127.0.0.1:${url.port}/`);
  });

  test('is told where its stages are', () => {
    const { a1 } = state.apis as { a1: HttpApi };
    expect(portIn(frontDoors.urlOf('shop', 'staging'))).toBe(a1.port);
    expect(portIn(frontDoors.urlOf('shop', 'production'))).toBe(state.functions.shop?.urls?.production?.port);
    expect([
      frontDoors.urlOf('shop', 'beta'),
      frontDoors.urlOf('plain', 'staging'),
      frontDoors.urlOf('no', 'staging'),
    ]).toEqual([null, null, null]);
  });

  test('keeps them when they are opened again, and not when they are closed', async () => {
    const { a1 } = state.apis as { a1: HttpApi };
    const url = state.functions.shop?.urls?.production as FunctionUrl;
    expect(await frontDoors.open(a1)).toBe(frontDoors.url(a1));
    expect(await frontDoors.openUrl('shop', 'production', url)).toBe(frontDoors.functionUrl(url));
    expect((await fetch(frontDoors.functionUrl(url))).status).toBe(403);
    const places = [frontDoors.url(a1), frontDoors.functionUrl(url)];
    await frontDoors.close('a1');
    await frontDoors.closeUrl('u1');
    await frontDoors.close('none');
    for (const place of places) await expect(fetch(place)).rejects.toThrow('fetch failed');
  });
});
