import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogEvent, type LogFilter, type LogStore, openLogs } from '../../local/logs/store.ts';

let dir = '';
const logGroupName = '/aws/lambda/app';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-logs-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

function messages(logs: LogStore, filter: Partial<LogFilter> = {}): string[] {
  return logs.filter({ logGroupName, ...filter }).events.map(({ message }) => message);
}

function readAll(logs: LogStore, filter: Partial<LogFilter> = {}): { events: LogEvent[]; pages: number } {
  const events: LogEvent[] = [];
  let pages = 0;
  let nextToken: string | undefined;
  do {
    const page = logs.filter({ logGroupName, ...filter, ...(nextToken === undefined ? {} : { nextToken }) });
    events.push(...page.events);
    nextToken = page.nextToken;
    pages++;
  } while (nextToken !== undefined);
  return { events, pages };
}

test('events come by timestamp, then by arrival', async () => {
  const logs = await openLogs(dir);
  logs.put(logGroupName, 'a', [
    { timestamp: 3, message: 'three' },
    { timestamp: 1, message: 'one' },
  ]);
  logs.put(logGroupName, 'b', [
    { timestamp: 2, message: 'two' },
    { timestamp: 1, message: 'one again' },
  ]);
  expect(messages(logs)).toEqual(['one', 'one again', 'two', 'three']);
  expect(messages(logs, { startFromHead: false })).toEqual(['three', 'two', 'one again', 'one']);
});

test('everything is there after a restart, with the same ids', async () => {
  const logs = await openLogs(dir);
  logs.put(logGroupName, 'a', [{ timestamp: 5, message: 'hello\n"quoted" \u2028 ü' }]);
  logs.put('other', 'b', [{ timestamp: 5, message: 'x' }]);
  logs.createStream(logGroupName, 'empty');
  const before = logs.filter({ logGroupName });
  await logs.flush();
  const again = await openLogs(dir);
  expect(again.filter({ logGroupName })).toEqual(before);
  expect(again.groups()).toEqual(logs.groups());
  expect(again.streams(logGroupName)).toEqual(logs.streams(logGroupName));
  again.put(logGroupName, 'a', [{ timestamp: 5, message: 'more' }]);
  expect(new Set(again.filter({ logGroupName }).events.map(({ eventId }) => eventId)).size).toBe(2);
});

test('event ids are unique and 56 digits long', async () => {
  const logs = await openLogs(dir, { now: () => 1_700_000_000_000 });
  logs.put(
    logGroupName,
    'a',
    Array.from({ length: 1000 }, () => ({ timestamp: 1_700_000_000_000, message: 'same' })),
  );
  const ids = logs.filter({ logGroupName }).events.map(({ eventId }) => eventId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^\d{56}$/);
});

test('a line torn by kill -9 is dropped and the next one begins clean', async () => {
  const logs = await openLogs(dir);
  logs.put(logGroupName, 'a', [{ timestamp: 1, message: 'whole' }]);
  await logs.flush();
  const [file] = await readdir(dir);
  await appendFile(join(dir, file!), '["a",2,2,1,"to');
  const again = await openLogs(dir);
  expect(messages(again)).toEqual(['whole']);
  again.put(logGroupName, 'a', [{ timestamp: 3, message: 'next' }]);
  await again.flush();
  expect(messages(await openLogs(dir))).toEqual(['whole', 'next']);
});

test('a damaged line in the middle costs only itself', async () => {
  const logs = await openLogs(dir);
  logs.put(
    logGroupName,
    'a',
    [1, 2, 3].map((timestamp) => ({ timestamp, message: `m${timestamp}` })),
  );
  await logs.flush();
  const file = join(dir, (await readdir(dir))[0]!);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"m2"]', '\0\0\0'));
  expect(messages(await openLogs(dir))).toEqual(['m1', 'm3']);
});

test('a file whose first line was torn is removed', async () => {
  await writeFile(join(dir, 'abc.ndjson'), '{"group":"/aw');
  const logs = await openLogs(dir);
  expect(logs.groups()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

test.each([
  '../../etc/passwd',
  'a/b/c',
  '.',
  'x'.repeat(512),
  '__proto__',
])('the file of the group %j stays in the folder', async (name) => {
  const logs = await openLogs(dir);
  logs.put(name, 's', [{ timestamp: 1, message: 'x' }]);
  await logs.flush();
  const files = await readdir(dir);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/^[0-9a-f-]+\.ndjson$/);
  expect((await openLogs(dir)).group(name)).not.toBeNull();
});

test('times are inclusive at both ends', async () => {
  const logs = await openLogs(dir);
  logs.put(
    logGroupName,
    'a',
    [1, 2, 3, 4].map((timestamp) => ({ timestamp, message: String(timestamp) })),
  );
  expect(messages(logs, { startTime: 2, endTime: 3 })).toEqual(['2', '3']);
  expect(messages(logs, { startTime: 5 })).toEqual([]);
});

test('streams are chosen by name and by prefix', async () => {
  const logs = await openLogs(dir);
  for (const stream of ['a/1', 'a/2', 'b/1']) logs.put(logGroupName, stream, [{ timestamp: 1, message: stream }]);
  expect(messages(logs, { logStreamNames: ['a/2', 'b/1'] })).toEqual(['a/2', 'b/1']);
  expect(messages(logs, { logStreamNamePrefix: 'a/' })).toEqual(['a/1', 'a/2']);
});

test.each([true, false])('pages put together are the whole, from the head: %s', async (startFromHead) => {
  const logs = await openLogs(dir);
  const events = Array.from({ length: 95 }, (_, index) => ({ timestamp: index % 7, message: `m${index}` }));
  logs.put(logGroupName, 'a', events);
  const whole = messages(logs, { startFromHead });
  const { events: paged, pages } = readAll(logs, { startFromHead, limit: 10 });
  expect(paged.map(({ message }) => message)).toEqual(whole);
  expect(pages).toBe(10);
});

test('events that arrive between two pages do not shift them', async () => {
  const logs = await openLogs(dir);
  logs.put(
    logGroupName,
    'a',
    [1, 2, 3].map((timestamp) => ({ timestamp, message: `m${timestamp}` })),
  );
  const first = logs.filter({ logGroupName, limit: 2 });
  logs.put(logGroupName, 'a', [
    { timestamp: 0, message: 'early' },
    { timestamp: 2, message: 'between' },
  ]);
  expect(messages(logs, { nextToken: first.nextToken! })).toEqual(['between', 'm3']);
});

test('a page holds 10,000 events or 1 MB of messages', async () => {
  const logs = await openLogs(dir);
  logs.put(
    logGroupName,
    'a',
    Array.from({ length: 10_001 }, () => ({ timestamp: 1, message: 'x' })),
  );
  expect(logs.filter({ logGroupName, limit: 50_000 }).events).toHaveLength(10_000);
  logs.put(
    'big',
    'a',
    Array.from({ length: 5 }, () => ({ timestamp: 1, message: 'x'.repeat(400_000) })),
  );
  expect(logs.filter({ logGroupName: 'big' }).events).toHaveLength(2);
  expect(readAll(logs, { logGroupName: 'big' })).toMatchObject({ pages: 3, events: { length: 5 } });
});

test('one message over 1 MB still gets a page', async () => {
  const logs = await openLogs(dir);
  logs.put(
    logGroupName,
    'a',
    Array.from({ length: 2 }, () => ({ timestamp: 1, message: 'x'.repeat(2_000_000) })),
  );
  expect(readAll(logs)).toMatchObject({ pages: 2, events: { length: 2 } });
});

test('a pattern filters, and a bad token is refused', async () => {
  const logs = await openLogs(dir);
  logs.put(logGroupName, 'a', [
    { timestamp: 1, message: '{"level":"error"}' },
    { timestamp: 2, message: 'text' },
  ]);
  expect(messages(logs, { filterPattern: '{ $.level = "error" }' })).toEqual(['{"level":"error"}']);
  expect(() => logs.filter({ logGroupName, nextToken: 'nonsense' })).toThrow('nextToken is invalid');
});

test('a group that does not exist has no events', async () => {
  const logs = await openLogs(dir);
  expect(logs.filter({ logGroupName })).toEqual({ events: [] });
  expect(logs.group(logGroupName)).toBeNull();
});

test('a removed group stays removed, and one made anew begins empty', async () => {
  const logs = await openLogs(dir);
  logs.put(logGroupName, 'a', [{ timestamp: 1, message: 'old' }]);
  const removed = logs.remove(logGroupName);
  logs.put(logGroupName, 'a', [{ timestamp: 2, message: 'new' }]);
  await removed;
  await logs.flush();
  expect(messages(logs)).toEqual(['new']);
  const again = await openLogs(dir);
  expect(messages(again)).toEqual(['new']);
  await again.remove(logGroupName);
  expect(await readdir(dir)).toEqual([]);
});
