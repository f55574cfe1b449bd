/** The record of a request tells what went out to its client, which is not always what the app answered. */
import { readFileSync } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { HttpError } from '../../../http/error.ts';
import { type HttpResponse, pathOf } from '../../../http/message.ts';
import { logs } from '../../../middleware/logs.ts';
import { answer } from '../../../proxy/events/answer.ts';
import { askedFor } from '../../../proxy/events/asked.ts';
import { recorder, until } from '../apps.ts';
import { answering, invocation, settings } from './converting.ts';

/** The app's answer for an event, and the fields of its record. */
async function recordOf(name: string, res: Partial<HttpResponse>, change: object = {}, stream = false) {
  const { log, records } = recorder();
  const app = answering(res);
  const watching = logs({ config: { disable: false }, log });
  const event = JSON.parse(readFileSync(new URL(`../../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
  const answered = await answer({ ...event, ...change }, invocation, {
    handler: (req) => watching(req, app),
    events: settings,
    stream,
    onRefusal: () => {},
  }).catch((failure: Error) => failure);
  const responses = () => records.filter(({ message }) => message === 'response');
  if (!(answered instanceof Error) && answered.kind === 'stream') (answered.body as Readable | null)?.resume();
  await until('the record', () => responses().length > 0);
  expect(responses()).toHaveLength(1);
  return responses()[0];
}

test('a 413 in place of an answer that is too large', async () => {
  const record = await recordOf('payload-v2-http-api', { body: Buffer.alloc(7_000_000, 1) });
  expect(record).toMatchObject({ level: 'warn', fields: { status: 413, size: expect.any(Number) } });
  expect(record?.fields.size).toBeLessThan(300);
});

test('one that is compressed because it is too large has the size it goes out with', async () => {
  const headers = { 'accept-encoding': 'gzip' };
  const app = { headers: [['content-type', 'text/plain']] as const, body: Buffer.alloc(7_000_000, 'a') };
  const record = await recordOf('payload-v2-http-api', app, { headers });
  expect(record?.fields).toMatchObject({ status: 200 });
  expect(record?.fields.size).toBeLessThan(100_000);
});

test('a 502 in place of a body that broke off before anything of it was sent', async () => {
  const body = new PassThrough();
  body.write('half');
  body.destroy(new HttpError(502, 'UP_APP_CRASHED', 'the app crashed while it handled the request'));
  const record = await recordOf('payload-v2-http-api', { body });
  expect(record).toMatchObject({ level: 'error', fields: { status: 502 } });
});

test('a streamed answer is counted to its end, also what was read to guess its type', async () => {
  const body = new PassThrough();
  body.end('<!doctype html>hello');
  const record = await recordOf('payload-v2-http-api', { body }, {}, true);
  expect(record).toMatchObject({ level: 'info', fields: { status: 200, size: 20 } });
});

test('an answer with which an event fails is told as the app gave it', async () => {
  const record = await recordOf('sqs-batch', { status: 200, body: Buffer.alloc(7_000_000, 1) });
  expect(record?.fields).toMatchObject({ status: 200, size: 7_000_000 });
});

test.each([
  ['payload-v2-http-api', 'POST', '/my/path', '192.0.2.7'],
  ['rest-get', 'GET', '/capture/space%20value', '203.0.113.7'],
  ['alb-single-get', 'GET', '/capture/space%20value', ''],
  ['lattice-v2-get', 'GET', '/capture/plain', ''],
  ['lattice-v1-get', 'GET', '/capture/space%20value', ''],
  ['sqs-batch', '', '', ''],
])('one of a refused event tells what it asked for: %s', (name, method, path, clientIp) => {
  const event: unknown = JSON.parse(
    readFileSync(new URL(`../../fixtures/events/${name}.json`, import.meta.url), 'utf8'),
  );
  const asked = askedFor(event, { ...invocation, whole: true });
  expect([asked.method, pathOf(asked.target), asked.context.clientIp]).toEqual([method, path, clientIp]);
});

test.each([
  null,
  'text',
  { path: 1, rawPath: {}, requestContext: { http: [], identity: 'x' } },
])('one of %j tells nothing', (event) => {
  expect(askedFor(event, { ...invocation, whole: true })).toMatchObject({ method: '', target: '' });
});
