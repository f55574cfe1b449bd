/** Moving an alias: of two who do it at once one is told so, and one whose answer was lost is not. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pointAlias, readAlias } from '../../cli/aws/resources/alias.ts';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const name = { app: 'app', stage: 'staging' };
const to = (version: string) => ({ version, canary: null, before: '1' });

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 3);
  const alias = { FunctionName: 'app', Name: 'staging', FunctionVersion: '1', Description: 'by hand' };
  await platform.lambda.send(new CreateAliasCommand(alias));
});
afterEach(() => platform.stop());

test('an alias is read with what it says of the version before, if it says so', async () => {
  const alias = await readAlias(platform, name);
  expect(alias).toMatchObject({ version: '1', canary: null, before: '' });
  await pointAlias(
    platform,
    name,
    { version: '2', canary: { version: '3', share: 0.25 }, before: '1' },
    alias?.revisionId,
  );
  expect(await readAlias(platform, name)).toMatchObject({
    version: '2',
    canary: { version: '3', share: 0.25 },
    before: '1',
    config: { Version: '2' },
  });
  expect(await readAlias(platform, { ...name, stage: 'production' })).toBeNull();
});

test('of two who have read the same alias the second one is refused', async () => {
  const revision = (await readAlias(platform, name))?.revisionId;
  await pointAlias(platform, name, to('2'), revision);
  await expect(pointAlias(platform, name, to('3'), revision)).rejects.toMatchObject({
    name: 'PreconditionFailedException',
  });
  expect(await readAlias(platform, name)).toMatchObject({ version: '2' });
});

test('a move whose answer was lost has happened, and is no conflict', async () => {
  const lossy = await startLossy(platform.url);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const lambda = new LambdaClient({ endpoint: lossy.url, region: 'us-east-1', credentials });
  const revision = (await readAlias(platform, name))?.revisionId;
  const moved = await pointAlias({ lambda }, name, to('2'), revision);
  expect(lossy.lost()).toBe(1);
  expect(await readAlias(platform, name)).toMatchObject({ version: '2', before: '1', revisionId: moved });
  lossy.close();
});

/** Passes everything on, but loses the answer to the first change. */
async function startLossy(target: string) {
  let lost = 0;
  const { hostname, port } = new URL(target);
  const server = createServer((req, res) => {
    const { method, url: path, headers } = req;
    const passed = request({ hostname, port, method, path, headers }, (answer) => {
      if (method === 'PUT' && lost === 0) {
        lost++;
        return void res.destroy();
      }
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    req.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
