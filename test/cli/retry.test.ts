/** When a call to AWS is made again, on a clock of the test's own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from 'vitest';
import { createRetry, type Failure, type RetryToken } from '../../cli/aws/retry.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const throttled: Failure = { errorType: 'THROTTLING' };
const broken: Failure = { errorType: 'TRANSIENT' };

/** Fails with what `failures` gives until the call is given up; the pauses, in milliseconds. */
async function callUntilGivenUp(failure: Failure, random = 1) {
  let now = 0;
  let told = 0;
  const onThrottled = () => {
    told++;
  };
  const retry = createRetry({ clock: () => now, random: () => random, onThrottled });
  const pauses: number[] = [];
  let token: RetryToken | null = await retry.acquireInitialRetryToken('');
  while (token) {
    token = await retry.refreshRetryTokenForRetry(token, failure).catch(() => null);
    if (token) pauses.push(token.getRetryDelay());
    now += token?.getRetryDelay() ?? 0;
  }
  return { pauses, now, told };
}

describe('a call', () => {
  test('that breaks is made five times, with pauses that double', async () => {
    expect((await callUntilGivenUp(broken)).pauses).toEqual([100, 200, 400, 800]);
  });

  test('that is throttled is made again for five minutes, with pauses of up to 20 seconds', async () => {
    const { pauses, now, told } = await callUntilGivenUp(throttled);
    expect(pauses.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    expect(now).toBeGreaterThanOrEqual(5 * 60_000);
    expect(now).toBeLessThan(6 * 60_000);
    expect(told).toBe(1);
  });

  test('that is throttled for a moment is no news', async () => {
    let told = 0;
    const retry = createRetry({ random: () => 0.1, onThrottled: () => told++ });
    const token = await retry.acquireInitialRetryToken('');
    await retry.refreshRetryTokenForRetry(token, throttled);
    expect(told).toBe(0);
  });

  test('waits as long as AWS asks for', async () => {
    const retry = createRetry({ clock: () => 1_000, random: () => 0 });
    const token = await retry.acquireInitialRetryToken('');
    const asked = { ...throttled, retryAfterHint: new Date(4_000) };
    expect((await retry.refreshRetryTokenForRetry(token, asked)).getRetryDelay()).toBe(3_000);
  });

  test('of a function that may not run at all is not waited for', async () => {
    const error = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    expect((await callUntilGivenUp({ ...throttled, error })).pauses).toHaveLength(4);
  });

  test('that meets a quota of IAM, which the SDK takes for throttling, is not made again', async () => {
    const error = Object.assign(new Error('The number of tags has reached the maximum limit of 50.'), {
      name: 'LimitExceededException',
    });
    expect((await callUntilGivenUp({ ...throttled, error })).pauses).toEqual([]);
  });

  test.each(['CLIENT_ERROR', 'SERVER_ERROR'])('that is refused (%s) is not made again', async (errorType) => {
    expect((await callUntilGivenUp({ errorType })).pauses).toEqual([]);
  });
});

describe('the SDK', () => {
  let server: Server;
  afterEach(() => {
    server.close();
  });

  test('follows it: more throttling than it would take by itself, and the call succeeds', async () => {
    let calls = 0;
    server = createServer((_req, res) => {
      calls++;
      const body = calls <= 9 ? '{"Type":"User","message":"Rate exceeded"}' : '{"Functions":[]}';
      res.writeHead(calls <= 9 ? 429 : 200, calls <= 9 ? { 'x-amzn-errortype': 'TooManyRequestsException' } : {});
      res.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const lambda = new LambdaClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      retryStrategy: createRetry({ random: () => 0 }),
    });
    const { Functions, $metadata } = await lambda.send(new ListFunctionsCommand({}));
    lambda.destroy();
    expect([Functions, calls, $metadata.attempts]).toEqual([[], 10, 10]);
  });
});
