/** A slice of `npm run fuzz -- --answers`; the seed is fixed, so a failure here is the code's. */
import { expect, test } from 'vitest';
import { fuzzAnswers } from './main.ts';
import { readResponse } from './reader.ts';

test('300 hostile answers: in time, faithful or refused, and the next request gets its own', async () => {
  expect(await fuzzAnswers({ runs: 300, seed: 1 })).toMatchObject({ report: '', runs: 300, failed: 0 });
});

test.each<[string, string, boolean, object]>([
  [
    'a length',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    false,
    { status: 200, body: 'ok', complete: true, clean: true },
  ],
  ['a short body', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', true, { complete: false, clean: false }],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    false,
    { body: 'ok', complete: true, clean: true },
  ],
  ['more than one answer', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokevil', false, { body: 'ok', clean: false }],
  [
    'hints before',
    'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    false,
    { status: 204, clean: true },
  ],
  [
    'leave that nobody asked for',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    false,
    { status: 204, clean: true },
  ],
  ['no head', 'HTTP/1.1 200 OK\r\n', true, { status: null, complete: false }],
])('the reader that judges them knows %s', (_title, bytes, ended, said) => {
  expect(readResponse(bytes, { method: 'GET', ended })).toMatchObject(said);
});
