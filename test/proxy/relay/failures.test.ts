/** What a request is told that got no answer. */
import { describe, expect, test } from 'vitest';
import { toHttpError } from '../../../proxy/relay/failures.ts';
import { UpstreamError } from '../../../proxy/relay/upstream.ts';

/** The error of a request whose app has printed `printed`, and has exited or not, which is seen a moment later. */
async function told(
  error: UpstreamError,
  { isLate = false, exit = null as object | null, printed = null as string | null },
) {
  let seen = null as never;
  const hasExited = async () => {
    await Promise.resolve();
    seen = exit as never;
    return exit !== null;
  };
  const lease = { lastLog: async () => printed, hasExited, exit: async () => seen };
  const { status, code, message, evidence } = await toHttpError(error, lease, { isLate: () => isLate }, 30);
  return { status, code, message, evidence };
}

const aborted = (begun: boolean) => new UpstreamError('aborted', new Error('aborted'), { delivered: true, begun });
const closed = new UpstreamError('closed', new Error('other side closed'), { delivered: true });
const refused = new UpstreamError('connect', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), {
  delivered: false,
});
const invalid = new UpstreamError('invalid', new Error('not HTTP/1.1'), { delivered: true });

describe('a request that was given up', () => {
  test('before its deadline is one whose client is gone', async () => {
    expect(await told(aborted(false), {})).toMatchObject({
      ...{ status: 499, code: 'UP_CLIENT_GONE', message: 'the client went away' },
    });
  });

  test('at its deadline is told how long it had, and what the app said last', async () => {
    expect(await told(aborted(false), { isLate: true, printed: 'waiting for the database' })).toEqual({
      status: 504,
      code: 'UP_APP_TIMEOUT',
      message: 'the app did not answer in time',
      evidence: { timeout: 30, last_log: 'waiting for the database' },
    });
  });

  test('in the middle of its answer is told how to stream', async () => {
    const { message, evidence } = await told(aborted(true), { isLate: true });
    expect(message).toBe('the app did not finish its answer in time');
    expect(evidence.hint).toContain('"url": "function_url"');
    expect(evidence).not.toHaveProperty('last_log');
  });
});

describe('a connection that is lost', () => {
  test.each([closed, refused, invalid])('was a crash when the app is gone ($kind)', async (error) => {
    expect(await told(error, { exit: { exit_code: 1 } })).toEqual({
      status: 502,
      code: 'UP_APP_CRASHED',
      message: 'the app crashed while it handled the request',
      evidence: { detail: error.message, exit_code: 1 },
    });
  });

  test.each([
    [closed, 'UP_APP_CLOSED', 'the app closed the connection'],
    [refused, 'UP_APP_CLOSED', 'the app runs, but does not listen any more'],
    [invalid, 'UP_APP_BAD_RESPONSE', 'the app answered with something that is not HTTP'],
  ])('is told by what was seen when the app runs ($0.kind)', async (error, code, message) => {
    expect(await told(error, {})).toMatchObject({ status: 502, code, message, evidence: { detail: error.message } });
  });
});

test('an answer that is too large is refused with its size', async () => {
  const error = new UpstreamError('too-large', new Error('more than 6 bytes'), { delivered: true });
  expect(await told(error, {})).toMatchObject({
    ...{ status: 413, code: 'UP_RESPONSE_TOO_LARGE' },
    message: expect.stringContaining('more than 6 bytes'),
  });
});
