import { describe, expect, test } from 'vitest';
import { HttpError } from '../../http/error.ts';
import { getHeader } from '../../http/headers.ts';
import { errors } from '../../middleware/errors.ts';
import { bytesOf, jsonOf, recorder, request } from '../proxy/apps.ts';

const secret = 'hunter2-from-the-environment';

async function respondTo(thrown: unknown) {
  const { log, records } = recorder();
  const res = await errors(log)(request('/'), () => Promise.reject(thrown));
  return { res, records };
}

describe('an HttpError', () => {
  test('answers with its own status, code and message', async () => {
    const { res } = await respondTo(new HttpError(502, 'UP_APP_CRASHED', 'the app crashed'));
    expect(res.status).toBe(502);
    expect(jsonOf(res)).toEqual({ error: 'the app crashed', code: 'UP_APP_CRASHED', requestId: 'request-1' });
  });

  test('has its evidence logged and not sent', async () => {
    const { res, records } = await respondTo(
      new HttpError(502, 'UP_APP_EXITED', 'exited', { stderr: [secret], exit_code: 3 }),
    );
    expect(records).toEqual([
      {
        level: 'error',
        message: 'exited',
        fields: { request_id: 'request-1', code: 'UP_APP_EXITED', stderr: [secret], exit_code: 3 },
      },
    ]);
    expect(bytesOf(res).toString()).not.toContain(secret);
  });

  test('of the client is a warning', async () => {
    const { records } = await respondTo(new HttpError(405, 'UP_METHOD_NOT_ALLOWED', 'no'));
    expect(records).toMatchObject([{ level: 'warn' }]);
  });

  test('keeps its headers', async () => {
    const { res } = await respondTo(new HttpError(503, 'UP_APP_BACKING_OFF', 'later', {}, [['retry-after', '5']]));
    expect(getHeader(res.headers, 'retry-after')).toBe('5');
  });
});

describe('anything else that is thrown', () => {
  const broken = new Error(`cannot read ${secret}`);

  test.each<[string, unknown]>([
    ['an Error', broken],
    ['a string', secret],
    ['nothing', undefined],
    ['an object that looks like an HttpError', { status: 200, code: 'OK', message: secret, headers: [['x', secret]] }],
  ])('answers 500 and tells the client nothing: %s', async (_title, thrown) => {
    const { res } = await respondTo(thrown);
    expect(res.status).toBe(500);
    expect(jsonOf(res)).toEqual({ error: 'internal error', code: 'UP_PROXY_INTERNAL', requestId: 'request-1' });
    expect(JSON.stringify(res.headers)).not.toContain(secret);
  });

  test('is logged with its stack', async () => {
    const { records } = await respondTo(broken);
    expect(records).toMatchObject([{ level: 'error', message: 'internal error', fields: { stack: broken.stack } }]);
  });
});

test.each<[string, unknown]>([
  ['of ours', new HttpError(504, 'UP_APP_TIMEOUT', 'late')],
  ['that is a bug', new TypeError('x is not a function')],
])('an error %s is never cached', async (_title, thrown) => {
  const { res } = await respondTo(thrown);
  expect(getHeader(res.headers, 'cache-control')).toBe('no-store');
});

test('an answer passes untouched', async () => {
  const res = { status: 500, headers: [], body: null };
  expect(await errors(recorder().log)(request('/'), async () => res)).toBe(res);
});
