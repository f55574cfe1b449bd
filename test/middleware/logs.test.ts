import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../http/error.ts';
import type { Handler, HttpResponse } from '../../http/message.ts';
import { logs } from '../../middleware/logs.ts';
import { stack } from '../../middleware/stack.ts';
import { createLog } from '../../proxy/log.ts';
import { recorder, request, until } from '../proxy/apps.ts';
import { noFeatures } from '../proxy/wire.ts';

function answering(res: Partial<HttpResponse>): Handler {
  return async () => ({ status: 200, headers: [], body: null, ...res });
}

function responses(records: ReturnType<typeof recorder>['records']) {
  return records.filter(({ message }) => message === 'response');
}

describe('the record of a request', () => {
  test('carries the fields of the contract', async () => {
    const lines: string[] = [];
    const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };
    const log = createLog({ identity, level: 'info', destination: { write: (line) => void lines.push(line) } });
    const req = request('/a/b?c=d&e', { method: 'PUT', context: { cold: true } });
    await logs(log)(req, answering({ status: 201, body: Buffer.from('12345') }));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'info',
      message: 'response',
      fields: {
        app: 'shop',
        stage: 'staging',
        version: '7',
        commit: 'abc',
        request_id: 'request-1',
        method: 'PUT',
        path: '/a/b',
        query: 'c=d&e',
        ip: '192.0.2.1',
        status: 201,
        duration: expect.any(Number),
        size: 5,
        cold: true,
      },
    });
  });

  test.each([
    [200, 'info'],
    [304, 'info'],
    [400, 'warn'],
    [404, 'warn'],
    [499, 'warn'],
    [500, 'error'],
    [504, 'error'],
  ])('with status %i is at level %s', async (status, level) => {
    const { log, records } = recorder();
    await logs(log)(request('/'), answering({ status }));
    expect(responses(records)).toMatchObject([{ level, fields: { status } }]);
  });

  test('is preceded by `request` at debug', async () => {
    const { log, records } = recorder();
    await logs(log)(request('/x'), answering({}));
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      ['debug', 'request'],
      ['info', 'response'],
    ]);
  });

  test('is written once when what follows throws, and the error goes on', async () => {
    const { log, records } = recorder();
    const failing = logs(log)(request('/x'), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { status: 500, size: 0, aborted: 'broken' } }]);
  });

  test('shows the answer that was made of an error, in the stack as it is', async () => {
    const { log, records } = recorder();
    const handler = stack({ features: noFeatures, dir: '/nowhere', log }, () =>
      Promise.reject(new HttpError(504, 'UP_APP_TIMEOUT', 'too late')),
    );
    const res = await handler(request('/slow'));
    expect(res.status).toBe(504);
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { status: 504, path: '/slow' } }]);
  });

  test('never lets a field of an application pass for the identity of another app', async () => {
    const lines: string[] = [];
    const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };
    const log = createLog({ identity, level: 'info', destination: { write: (line) => void lines.push(line) } });
    log.info('hello', { app: 'bank', stage: 'production', level: 'fatal', message: 'no' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', message: 'hello', fields: identity });
  });
});

describe('the record of a streamed answer', () => {
  test('is written when the body has ended, with its size', async () => {
    const { log, records } = recorder();
    const source = new PassThrough();
    const res = await logs(log)(request('/'), answering({ body: source }));
    expect(responses(records)).toEqual([]);
    source.write('abc');
    source.end('de€');
    expect(await text(res.body as Readable)).toBe('abcde€');
    await until('the record', () => responses(records).length > 0);
    expect(responses(records)).toMatchObject([{ level: 'info', fields: { size: 8 } }]);
  });

  test('says that the reader went away, and lets go of the source', async () => {
    const { log, records } = recorder();
    const source = new PassThrough();
    const res = await logs(log)(request('/'), answering({ body: source }));
    source.write('abc');
    (res.body as Readable).once('data', () => (res.body as Readable).destroy());
    await until('the source to be let go', () => source.destroyed);
    await until('the record', () => responses(records).length > 0);
    expect(responses(records)).toMatchObject([
      { level: 'error', fields: { status: 200, size: 3, aborted: expect.any(String) } },
    ]);
  });

  test('says that the source failed, and passes the failure on', async () => {
    const { log, records } = recorder();
    const source = new PassThrough();
    const res = await logs(log)(request('/'), answering({ body: source }));
    const reading = text(res.body as Readable);
    source.write('abc');
    source.destroy(new Error('the app died'));
    await expect(reading).rejects.toThrow('the app died');
    await until('the record', () => responses(records).length > 0);
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { aborted: 'the app died' } }]);
  });

  test('changes nothing of the answer', async () => {
    const { log } = recorder();
    const given: HttpResponse = { status: 206, headers: [['x', 'y']], body: Readable.from(['a']) };
    const { body, ...rest } = await logs(log)(request('/'), async () => given);
    expect(rest).toEqual({ status: 206, headers: [['x', 'y']] });
    expect(await text(body as Readable)).toBe('a');
  });
});
