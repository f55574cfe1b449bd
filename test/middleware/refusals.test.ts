/** Refusals made outside of the stack get what every answer gets. */
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../http/error.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { createRefusals } from '../../middleware/refusals.ts';
import { bytesOf, recorder, request } from '../proxy/apps.ts';
import { noFeatures } from '../proxy/wire.ts';

const features = {
  ...noFeatures,
  headers: { '/*': { 'x-content-type-options': 'nosniff' } },
  error_pages: { ...noFeatures.error_pages, enable: true },
} as typeof noFeatures;

const tooLarge: HttpResponse = {
  status: 413,
  headers: [['content-type', 'application/json']],
  body: Buffer.from('{}'),
};

function refusals() {
  const { log, records } = recorder();
  return { records, ...createRefusals({ log, features, dir: import.meta.dirname }) };
}

describe('an answer in place of one that is too large', () => {
  test('has the fields of `headers`', async () => {
    const { headers } = await refusals().dressed(request('/'), tooLarge);
    expect(headers).toContainEqual(['x-content-type-options', 'nosniff']);
  });

  test('is a page for who wants one', async () => {
    const browser = request('/', { headers: [['accept', 'text/html']] });
    const res = await refusals().dressed(browser, tooLarge);
    expect([res.status, bytesOf(res).toString().slice(0, 15)]).toEqual([413, '<!doctype html>']);
  });

  test('leaves no record: that of the request tells of it', async () => {
    const { records, dressed } = refusals();
    await dressed(request('/'), tooLarge);
    expect(records).toEqual([]);
  });
});

test('what no request can be made of is answered, dressed and recorded', async () => {
  const { records, refused } = refusals();
  const asked: HttpRequest = { ...request('/a'), method: '' };
  const res = await refused(asked, new HttpError(400, 'UP_EVENT_PATH', 'the path holds what HTTP does not allow'));
  expect(res).toMatchObject({ status: 400, failure: 'UP_EVENT_PATH' });
  expect(res.headers).toContainEqual(['x-content-type-options', 'nosniff']);
  expect(records.map(({ message, fields }) => [message, fields.code ?? fields.status])).toEqual([
    ['request', undefined],
    ['the path holds what HTTP does not allow', 'UP_EVENT_PATH'],
    ['response', 400],
  ]);
});
