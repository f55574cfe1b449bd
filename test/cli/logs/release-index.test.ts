/** Which release a version is, asked of Lambda. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createReleaseIndex } from '../../../cli/logs/release-index.ts';

/** An index of an app, how often Lambda was asked for its versions, what Lambda answers, and the clock. */
async function indexOf(...versions: string[]) {
  let asked = 0;
  const clock = { now: 0 };
  const lambda = { versions, failure: null as { readonly status: number; readonly type: string } | null };
  const server = createServer((req, res) => {
    if (req.url?.includes('/versions')) asked++;
    const { failure } = lambda;
    if (failure) res.writeHead(failure.status, { 'x-amzn-errortype': failure.type });
    const Versions = lambda.versions.map((Version) => ({ Version, Description: `release ${Version}` }));
    res.end(JSON.stringify(failure ? {} : { Versions, Aliases: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const client = { endpoint, region: 'us-east-1', maxAttempts: 1, credentials };
  const index = createReleaseIndex({ client } as never, 'shop', () => clock.now);
  return { index, lambda, asked: () => asked, clock };
}

test('Lambda is asked once a version matters, and once for all that are there', async () => {
  const { index, asked } = await indexOf('$LATEST', '1', '2');
  expect(asked()).toBe(0);
  expect(await index.find('1')).toMatchObject({ version: '1', message: 'release 1' });
  expect(await index.find('2')).toMatchObject({ version: '2', message: 'release 2' });
  expect(asked()).toBe(1);
});

test('it is asked again for a version that was not there then, and once for one that nobody knows', async () => {
  const { index, lambda, asked } = await indexOf('1');
  expect([await index.find('9'), await index.find('9')]).toEqual([null, null]);
  expect(asked()).toBe(1);
  lambda.versions.push('2');
  expect(await index.find('2')).toMatchObject({ message: 'release 2' });
  expect(asked()).toBe(2);
});

test.each([
  ['of an app that is not deployed there are none', 404, 'ResourceNotFoundException', []],
  ['where asking is not allowed nobody knows', 403, 'AccessDeniedException', null],
])('%s', async (_title, status, type, all) => {
  const { index, lambda } = await indexOf('1');
  expect((await index.all())?.map(({ version }) => version)).toEqual(['1']);
  lambda.failure = { status, type };
  expect(await index.all()).toEqual(all);
  expect(await index.find('1')).toBeNull();
});

test('a question that failed is asked again after a while, not with every line', async () => {
  const { index, lambda, asked, clock } = await indexOf('1');
  lambda.failure = { status: 403, type: 'AccessDeniedException' };
  expect(await index.find('1')).toBeNull();
  lambda.failure = null;
  clock.now = 9_999;
  expect(await index.find('1')).toBeNull();
  expect(asked()).toBe(1);
  clock.now = 10_000;
  expect(await index.find('1')).toMatchObject({ version: '1' });
});
