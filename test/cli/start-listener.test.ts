/** The address of `up start`. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openListener, parseAddress } from '../../cli/commands/start/listener.ts';
import { portHolder } from '../../cli/commands/start/port-holder.ts';
import { send } from '../support/http.ts';
import { hasProc } from '../support/processes.ts';

const host = '127.0.0.1';
let other: Server;
let taken: number;

beforeAll(async () => {
  other = createServer();
  await new Promise<void>((resolve) => other.listen(0, host, resolve));
  taken = (other.address() as AddressInfo).port;
});
afterAll(() => other.close());

test.each([
  [{}, { host, port: 3000, any: true }],
  [{ port: '0' }, { host, port: 0, any: false }],
  [{ port: '4000' }, { host, port: 4000, any: false }],
  [{ address: '0.0.0.0:80' }, { host: '0.0.0.0', port: 80, any: false }],
  [
    { address: '[::1]:80', port: '81' },
    { host: '::1', port: 81, any: false },
  ],
])('%j', (args, address) => {
  expect(parseAddress(args)).toEqual(address);
});

test('a port that nobody asked for is given up for the next free one, and that is said', async () => {
  const listener = await openListener({ host, port: taken, any: true });
  expect(listener.port).toBeGreaterThan(taken);
  expect(listener.at).toBe(`localhost:${listener.port}`);
  expect(listener.note).toMatch(new RegExp(`^${taken} is taken.*: this is the next free one$`));
  listener.close();
});

test('a port that was asked for is an error that names who has it', async () => {
  const opened = openListener({ host, port: taken, any: false });
  const evidence = hasProc ? { evidence: expect.stringContaining(`(pid ${process.pid})`) } : {};
  await expect(opened).rejects.toMatchObject({ code: 'UP_PORT_TAKEN', ...evidence });
});

test('of a free port nobody is named', () => {
  expect(portHolder(1)).toBeNull();
});

test('who comes before there is a server waits for it', async () => {
  const listener = await openListener({ host, port: 0, any: false });
  const early = send(`http://${host}:${listener.port}`);
  listener.adopt(createServer((_req, res) => res.end('served')));
  expect((await early).text).toBe('served');
  listener.close();
});
