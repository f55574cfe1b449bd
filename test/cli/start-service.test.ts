/** One generation after another, under `up start`. */
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { brokenGeneration } from '../../cli/commands/start/generation.ts';
import { createService } from '../../cli/commands/start/service.ts';
import { UpError } from '../../cli/errors.ts';

const broken = brokenGeneration(new UpError('UP_CONFIG', 'up.json has 1 problem'), 'development');
const request = {} as IncomingMessage;

test('a client may reset the connection of its upgrade while the app is replaced', async () => {
  const service = createService(broken, { prepare: () => new Promise(() => {}) });
  void service.replace();
  const socket = new PassThrough();
  void service.upgrade(request, socket, Buffer.alloc(0));
  expect(() => socket.emit('error', new Error('read ECONNRESET'))).not.toThrow();
});

test('a client may reset the connection of its upgrade while its refusal is written', async () => {
  const service = createService(broken, { prepare: async () => async () => broken });
  const socket = new PassThrough();
  await service.upgrade(request, socket, Buffer.alloc(0));
  expect(() => socket.emit('error', new Error('read ECONNRESET'))).not.toThrow();
});
