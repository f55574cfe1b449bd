/** The variables that a version of the function has no room for, read before the app starts, over the wire. */
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsError } from '../../local/aws/error.ts';
import { readParameters } from '../../proxy/parameters.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { badEndpoint, html503, nonsense } from '../support/endpoints.ts';
import { freePorts } from '../support/sandbox.ts';

const secret = 'sk_live_planted';
const all = Array.from({ length: 12 }, (_, index) => `V_${index + 10}`);
let platform: Platform;
let throttles = 0;
let denies = 0;

beforeAll(async () => {
  platform = await startPlatform({
    onCall(_service, operation) {
      if (operation !== 'GetParameters') return;
      if (throttles-- > 0) throw new AwsError('ThrottlingException', 'Rate exceeded');
      if (denies-- > 0) throw new AwsError('AccessDeniedException', 'not authorized to perform: ssm:GetParameters');
    },
  });
  const put = (Name: string, Value: string) =>
    platform.ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
  await put('/up/shop/staging/API_KEY', secret);
  await put('/up/shop/staging/API_KEY', 'of a later version');
  await Promise.all(all.map((name) => put(`/up/shop/all/${name}`, `value of ${name}`)));
});
afterAll(() => platform.stop());

function environment(pins: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const credentials = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'example', AWS_SESSION_TOKEN: 'token' };
  return { AWS_ENDPOINT_URL: platform.url, AWS_REGION: 'us-east-1', ...credentials, UP_PARAMETERS: pins, ...more };
}

async function read(pins: string, more?: NodeJS.ProcessEnv, bound = 8_000): Promise<NodeJS.ProcessEnv> {
  const variables = environment(pins, more);
  await readParameters({ environment: variables, app: 'shop', bound });
  return variables;
}

test('are those of the versions that are named, whatever was set since', async () => {
  const read1 = await read('staging=API_KEY:1');
  expect(read1.API_KEY).toBe(secret);
  expect(read1).not.toHaveProperty('UP_PARAMETERS');
});

test('are asked for ten at a time', async () => {
  const before = platform.calls.length;
  const variables = await read(`all=${all.map((name) => `${name}:1`).join(',')};staging=API_KEY:2`);
  expect(platform.calls.slice(before)).toEqual(['ssm GetParameters', 'ssm GetParameters']);
  expect(all.map((name) => variables[name])).toEqual(all.map((name) => `value of ${name}`));
  expect(variables.API_KEY).toBe('of a later version');
});

test('are asked of AWS_ENDPOINT_URL_SSM before AWS_ENDPOINT_URL', async () => {
  const elsewhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_SSM: `${platform.url}/` };
  expect((await read('staging=API_KEY:1', elsewhere)).API_KEY).toBe(secret);
});

test('are asked for again when AWS throttles, and when a right has not arrived yet', async () => {
  throttles = 2;
  denies = 1;
  expect((await read('staging=API_KEY:1')).API_KEY).toBe(secret);
});

describe('that cannot be read', () => {
  const message = 'The parameters of this version cannot be read:';

  test('are named when they are not there', async () => {
    await expect(read('all=V_10:1;staging=API_KEY:9,GONE:1')).rejects.toThrow(
      `${message} there is no /up/shop/staging/API_KEY:9, /up/shop/staging/GONE:1`,
    );
  });

  test('are so for a reason in words of AWS', async () => {
    denies = 1_000;
    const reason = 'AccessDeniedException: not authorized to perform: ssm:GetParameters';
    await expect(read('staging=API_KEY:1', {}, 500)).rejects.toThrow(`${message} ${reason}`);
    denies = 0;
  });

  test.each([
    ['nobody is there', null, 500, 'no answer: ECONNREFUSED'],
    ['a load balancer answers', html503, 500, 'ServiceUnavailable: it answered 503'],
    ['a hotel answers', nonsense, 5_000, 'it answered 200, which is not AWS'],
  ])('are so when %s', async (_title, answer, bound, reason) => {
    const endpoint = answer && (await badEndpoint(answer));
    const url = endpoint?.url ?? `http://127.0.0.1:${await freePorts(1)}`;
    await expect(read('staging=API_KEY:1', { AWS_ENDPOINT_URL: url }, bound)).rejects.toThrow(`${message} ${reason}`);
    endpoint?.close();
  });
});
