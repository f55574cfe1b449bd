/** What an app said last before Lambda ended it. */
import { expect, test } from 'vitest';
import type { Fetch, LogEvent, Span } from '../../../cli/logs/fetch.ts';
import { createLastLog } from '../../../cli/logs/last-log.ts';

const stream = '2026/11/26/[7]a';
const at = 1_000_000;
const event = (id: string, message: string): LogEvent => ({ id, message, timestamp: at, stream });
const said = (message: string, level = 'info') => JSON.stringify({ timestamp: 't', level, message, fields: {} });
const timeout = event('t', '2026-11-26T10:00:00.000Z r-1 Task timed out after 3.00 seconds');
const record = { timestamp: 't', level: 'error', message: 'timed out', fields: { version: '7' } };

/** An environment's log in pages, newest first, and the spans that were asked for. */
function logOf(...pages: readonly (readonly LogEvent[])[]) {
  const spans: Span[] = [];
  const fetch: Fetch = async function* (span) {
    spans.push(span);
    for (const page of pages) yield [...page];
  };
  return { addLastLog: createLastLog(fetch), spans };
}

const lines = (...messages: string[]) => messages.map((message, index) => event(String(index), message));

test.each<[title: string, before: string[], expected: string | undefined]>([
  ['its last line', [said('calling stripe'), said('hello')], 'calling stripe'],
  ['past what the platform says', ['RequestId: r-1 Error: Runtime exited', said('calling stripe')], 'calling stripe'],
  ['past what is for debugging', [said('app started', 'debug'), said('calling stripe')], 'calling stripe'],
  ['past the record of a request', [said('response'), said('calling stripe')], 'calling stripe'],
  ['nothing of the invocation before', ['START RequestId: r-1 Version: 7', said('of another')], undefined],
  ['nothing, where it said nothing', [], undefined],
])('a timeout tells of %s', async (_title, before, expected) => {
  const { addLastLog } = logOf([], [timeout, ...lines(...before)]);
  const fields = { version: '7', ...(expected !== undefined && { last_log: expected }) };
  expect(await addLastLog(record, timeout)).toEqual({ ...record, fields });
});

test('what came after it within its millisecond is not what it hung at', async () => {
  const after = lines(said('too late'), 'START RequestId: r-2 Version: 7');
  const { addLastLog } = logOf([...after, timeout, event('b', said('calling stripe'))]);
  expect((await addLastLog(record, timeout)).fields.last_log).toBe('calling stripe');
});

test('one page of its environment is read, of the time an invocation may take', async () => {
  const { addLastLog, spans } = logOf([timeout], [event('b', said('of another page'))]);
  expect(await addLastLog(record, timeout)).toEqual(record);
  expect(spans).toEqual([{ from: 100_000, to: at, stream, pattern: '', newestFirst: true, limit: 50 }]);
  await addLastLog(record, { ...timeout, timestamp: 5 });
  expect(spans[1]).toMatchObject({ from: 0, to: 5 });
});

test.each([
  ['another line of the platform', 'END RequestId: r-1'],
  ['a line of the app that quotes one', said('r-1 Task timed out after 3.00 seconds')],
])('of %s nothing is read', async (_title, message) => {
  const { addLastLog, spans } = logOf([event('t', message), event('b', said('calling stripe'))]);
  expect(await addLastLog(record, event('t', message))).toBe(record);
  expect(spans).toEqual([]);
});

test('of a hundred timeouts it is read, which costs a call each', async () => {
  const { addLastLog, spans } = logOf([timeout, event('b', said('calling stripe'))]);
  for (let count = 0; count < 101; count++) await addLastLog(record, timeout);
  expect(spans).toHaveLength(100);
});
