/** An init that takes as long as Lambda gives it. */
import { expect, test } from 'vitest';
import { until } from '../apps.ts';
import { bootstrap, eventFor, invoke, stage, unpacked } from './packages.ts';
import { runtimeServer } from './runtime-server.ts';

const nodeApp = (file: string) => ({ command: `node ${file}`, argv: ['node', file], node: true });

test('init ends before Lambda’s ten seconds on demand, and lasts as long as the app needs when provisioned', async () => {
  const late = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', LATE_MS: '10500', LOG_LEVEL: 'debug' };
  const dir = unpacked(nodeApp('late.mjs'), { ...stage.proxy, timeout: 15, listen_timeout: 30 });
  const servers = [await runtimeServer(), await runtimeServer()] as const;
  const answers = servers.map((server) => invoke(server, eventFor('GET', '/')));
  const onDemand = bootstrap(dir, servers[0].endpoint, late);
  const provisioned = bootstrap(dir, servers[1].endpoint, {
    ...late,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency',
  });
  const started = performance.now();
  await until('the first next', () => servers[0].handedOut === 1, 12_000);
  expect(performance.now() - started).toBeGreaterThan(9_000);
  expect(onDemand.output()).not.toContain('app listening');
  await until('the second next', () => servers[1].handedOut === 1, 12_000);
  expect(provisioned.output()).toContain('app listening');
  for (const answer of answers) expect((await answer).statusCode).toBe(200);
}, 25_000);
