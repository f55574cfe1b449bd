import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { readBody } from '../../http/body.ts';
import { HttpError } from '../../http/error.ts';
import type { Log } from '../../http/log.ts';
import type { Handler, HttpResponse } from '../../http/message.ts';
import { compileRedaction } from '../../http/redact.ts';
import { createRequestIds } from '../../http/request-ids.ts';
import { type LogsOptions, logs } from '../../middleware/logs.ts';
import { stack } from '../../middleware/stack.ts';
import { createLog } from '../../proxy/log.ts';
import { recorder, request, until } from '../proxy/apps.ts';
import { noFeatures } from '../proxy/wire.ts';

function answering(res: Partial<HttpResponse>): Handler {
  return async () => ({ status: 200, headers: [], body: null, ...res });
}

/** The middleware as a stage without settings has it. */
function watching(log: Log, changed: Partial<LogsOptions> = {}) {
  return logs({ config: { disable: false }, log, ...changed });
}

function responses(records: ReturnType<typeof recorder>['records']) {
  return records.filter(({ message }) => message === 'response');
}

describe('the record of a request', () => {
  test('apex-up.md 3: carries the fields of the contract, and all of them in one record', async () => {
    const lines: string[] = [];
    const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };
    const { log } = createLog({ identity, level: 'info', destination: { write: (line) => void lines.push(line) } });
    const req = request('/a/b?c=d&e', { method: 'PUT', context: { cold: true } });
    await watching(log)(req, answering({ status: 201, body: Buffer.from('12345') }));
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
    [399, 'info'],
    [400, 'warn'],
    [404, 'warn'],
    [499, 'warn'],
    [500, 'error'],
    [504, 'error'],
  ])('apex-up.md 3: with status %i is at level %s', async (status, level) => {
    const { log, records } = recorder();
    await watching(log)(request('/'), answering({ status }));
    expect(responses(records)).toMatchObject([{ level, fields: { status, size: 0 } }]);
  });

  test('apex-up.md 3: is preceded by `request`, here at debug', async () => {
    const { log, records } = recorder();
    await watching(log)(request('/x'), answering({}));
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      ['debug', 'request'],
      ['info', 'response'],
    ]);
  });

  test('tells how long it took, in ms with one decimal', async () => {
    const { log, records } = recorder();
    const started = performance.now();
    await watching(log)(request('/'), async (req) => {
      await until('20 ms to pass', () => performance.now() >= started + 20);
      return answering({})(req);
    });
    const duration = Number(responses(records)[0]?.fields.duration);
    expect(duration).toBeGreaterThanOrEqual(19);
    expect(duration).toBeLessThanOrEqual(performance.now() - started + 0.1);
    expect(Math.round(duration * 10) / 10).toBe(duration);
  });

  test('says of the probe of a deploy that it is one, and of nobody else', async () => {
    const { log, records } = recorder();
    for (const sender of ['probe', 'event', undefined] as const)
      await watching(log)(request('/', { context: sender ? { sender } : {} }), answering({}));
    expect(responses(records).map(({ fields }) => fields.probe)).toEqual([true, undefined, undefined]);
  });

  test('apex-up.md 3: its size is that of the bytes after compression', async () => {
    const { log, records } = recorder();
    const features = { ...noFeatures, compress: { ...noFeatures.compress, disable: false } };
    const app = answering({ headers: [['content-type', 'text/plain']], body: Buffer.alloc(5_000, 'a') });
    const req = request('/', { headers: [['accept-encoding', 'gzip']], context: { whole: true } });
    const { body } = await (await stack({ features, dir: '/nowhere', log }, app))(req);
    const { length: size } = await readBody(body);
    expect(size).toBeLessThan(1_000);
    expect(responses(records)).toMatchObject([{ fields: { size } }]);
  });

  test('tells of no bytes where there are none to be sent: for HEAD, of an error and of a redirect too', async () => {
    const { log, records } = recorder();
    const features = { ...noFeatures, redirects: { '/old': { location: '/new', status: 301 as const, force: false } } };
    const app: Handler = async () => {
      throw new HttpError(502, 'UP_APP_CRASHED', 'the app crashed');
    };
    const handler = await stack({ features, dir: '/nowhere', log }, app);
    for (const path of ['/', '/old']) await handler(request(path, { method: 'HEAD' }));
    expect(responses(records)).toMatchObject([
      { fields: { status: 502, size: 0 } },
      { fields: { status: 301, size: 0 } },
    ]);
  });

  test.each([
    ['throws', new Error('broken')],
    ['throws what is no error', 'broken'],
  ])('is written once when what follows %s, and that goes on', async (_title, thrown) => {
    const { log, records } = recorder();
    const failing = watching(log)(request('/x'), () => Promise.reject(thrown));
    await expect(failing).rejects.toBe(thrown);
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { status: 500, size: 0, aborted: 'broken' } }]);
  });

  test('apex-up.md 3, not here: what fails is told of under `id`; it is request_id everywhere', async () => {
    const { log, records } = recorder();
    const failing: Handler = () => Promise.reject(new HttpError(504, 'UP_APP_TIMEOUT', 'too late'));
    await (await stack({ features: noFeatures, dir: '/nowhere', log }, failing))(request('/slow'));
    expect(records.map(({ fields }) => [fields.request_id, fields.id])).toEqual(
      records.map(() => ['request-1', undefined]),
    );
  });

  test('shows the answer that was made of an error, in the stack as it is', async () => {
    const { log, records } = recorder();
    const handler = await stack({ features: noFeatures, dir: '/nowhere', log }, () =>
      Promise.reject(new HttpError(504, 'UP_APP_TIMEOUT', 'too late')),
    );
    const res = await handler(request('/slow'));
    expect(res.status).toBe(504);
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { status: 504, path: '/slow' } }]);
  });

  test('never lets a field of an application pass for the identity of another app', async () => {
    const lines: string[] = [];
    const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };
    const { log } = createLog({ identity, level: 'info', destination: { write: (line) => void lines.push(line) } });
    log.info('hello', { app: 'bank', stage: 'production', level: 'fatal', message: 'no' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', message: 'hello', fields: identity });
  });
});

describe('the record of a streamed answer', () => {
  test('is written when the body has ended, with its size', async () => {
    const { log, records } = recorder();
    const source = new PassThrough();
    const res = await watching(log)(request('/'), answering({ body: source }));
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
    const res = await watching(log)(request('/'), answering({ body: source }));
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
    const res = await watching(log)(request('/'), answering({ body: source }));
    const reading = text(res.body as Readable);
    source.write('abc');
    source.destroy(new Error('the app died'));
    await expect(reading).rejects.toThrow('the app died');
    await until('the record', () => responses(records).length > 0);
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { aborted: 'the app died' } }]);
  });

  test('says that the source had failed before anybody looked', async () => {
    const { log, records } = recorder();
    const source = new PassThrough();
    source.on('error', () => {});
    source.destroy(new Error('not HTTP'));
    await until('the source to be closed', () => source.closed);
    await watching(log)(request('/'), answering({ body: source }));
    expect(responses(records)).toMatchObject([{ level: 'error', fields: { status: 200, aborted: 'not HTTP' } }]);
  });

  test('changes nothing of the answer', async () => {
    const { log } = recorder();
    const given: HttpResponse = { status: 206, headers: [['x', 'y']], body: Readable.from(['a']) };
    const { body, ...rest } = await watching(log)(request('/'), async () => given);
    expect(rest).toEqual({ status: 206, headers: [['x', 'y']] });
    expect(await text(body as Readable)).toBe('a');
  });
});

describe('the configuration', () => {
  test('apex-up.md 2: logs.disable silences the request records', async () => {
    const { log, records } = recorder();
    await watching(log, { config: { disable: true } })(request('/x'), answering({}));
    expect(records).toEqual([]);
  });

  test('logs.redact names what a query does not show, beside what it never does', async () => {
    const { log, records } = recorder();
    const redaction = compileRedaction(['iban']);
    await watching(log, { redaction })(request('/pay?iban=DE1&token=x&q=tea'), answering({}));
    expect(responses(records)[0]?.fields.query).toBe('iban=[redacted]&token=[redacted]&q=tea');
  });

  test('apex-up.md 3: the whole query was logged there, secrets and all; here it is not, without any setting', async () => {
    const { log, records } = recorder();
    await watching(log)(request('/?access_token=x'), answering({}));
    expect(records.map(({ fields }) => fields.query)).toEqual(['access_token=[redacted]', 'access_token=[redacted]']);
  });

  test('the trace of a request is in its record, by its id alone', async () => {
    const { log, records } = recorder();
    const traceId = 'Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1';
    await watching(log)(request('/', { context: { traceId } }), answering({}));
    await watching(log)(request('/'), answering({}));
    const [traced, untraced] = responses(records);
    expect(traced?.fields).toMatchObject({ trace_id: '1-67891233-abcdef012345678912345678' });
    expect(untraced?.fields).not.toHaveProperty('trace_id');
  });

  test('a request is known by its id while it is in flight, and as the last one', async () => {
    const requestIds = createRequestIds();
    const { log } = recorder();
    const middleware = watching(log, { requestIds });
    await middleware(request('/'), async () => {
      expect(requestIds.carriedBy('order placed in request-1')).toBe('request-1');
      expect(requestIds.carriedBy('order placed in request-2')).toBeUndefined();
      return { status: 200, headers: [], body: null };
    });
    expect(requestIds.carriedBy('mail sent for request-1')).toBe('request-1');
    await middleware(request('/', { context: { requestId: 'request-2' } }), answering({}));
    expect(requestIds.carriedBy('mail sent for request-1')).toBeUndefined();
  });
});
