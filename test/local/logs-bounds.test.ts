/** What the local platform keeps of logs: the newest of each group, and what its retention allows. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { keepRetention } from '../../local/logs/retention.ts';
import { type LogStore, openLogs } from '../../local/logs/store.ts';

const group = '/aws/lambda/app';
/** Some twenty events. */
const limits = { bytes: 400, count: 3 };

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-logs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

function messages(logs: LogStore): number[] {
  return logs.filter({ logGroupName: group }).events.map(({ message }) => Number(message));
}

function putMany(logs: LogStore, from: number, to: number, stream = 's'): void {
  for (let n = from; n < to; n++) logs.put(group, stream, [{ timestamp: n, message: `${n}` }]);
}

test('the newest events are kept, in memory and on disk', async () => {
  const logs = await openLogs(dir, { limits });
  putMany(logs, 0, 500);
  const kept = messages(logs);
  expect(kept.at(-1)).toBe(499);
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length).toBeLessThan(80);
  expect(kept).toEqual(kept.map((_, index) => (kept[0] ?? 0) + index));
  await logs.flush();
  expect(await readdir(dir)).toHaveLength(limits.count);
  const again = await openLogs(dir, { limits });
  expect(messages(again)).toEqual(kept);
  expect(again.group(group)).toEqual(logs.group(group));
});

test('ids stay unique when all events before have gone', async () => {
  const logs = await openLogs(dir, { limits });
  putMany(logs, 0, 100);
  const before = logs.filter({ logGroupName: group }).events.at(-1)?.eventId ?? '';
  logs.expire(group, Number.POSITIVE_INFINITY);
  expect([messages(logs), logs.group(group)?.storedBytes]).toEqual([[], 0]);
  await logs.flush();
  const again = await openLogs(dir, { limits });
  putMany(again, 99, 100);
  expect((again.filter({ logGroupName: group }).events.at(-1)?.eventId ?? '') > before).toBe(true);
});

test('a stream goes with its last event, and one that is empty stays', async () => {
  const logs = await openLogs(dir, { limits });
  logs.createStream(group, 'empty');
  putMany(logs, 0, 5, 'old');
  putMany(logs, 5, 200, 'new');
  const names = (of: LogStore) => of.streams(group).map(({ name }) => name);
  expect(names(logs)).toEqual(['empty', 'new']);
  await logs.flush();
  expect(names(await openLogs(dir, { limits }))).toEqual(['empty', 'new']);
});

test('a removed group leaves no file', async () => {
  const logs = await openLogs(dir, { limits });
  putMany(logs, 0, 300);
  await logs.remove(group);
  expect(await readdir(dir)).toEqual([]);
});

test('the one file of a group that an earlier version wrote is read, and goes on', async () => {
  const logs = await openLogs(dir);
  putMany(logs, 0, 60);
  await logs.flush();
  const path = join(dir, (await readdir(dir))[0] ?? '');
  await writeFile(path, (await readFile(path, 'utf8')).replace(',"first":0}', '}'));
  const again = await openLogs(dir, { limits });
  putMany(again, 60, 70);
  expect(messages(again)).toEqual(Array.from({ length: 70 }, (_, n) => n));
});

test('events end with the retention of their group, now and every hour', async () => {
  const day = 86_400_000;
  let now = 10 * day;
  const due: (() => void)[] = [];
  const clock = {
    now: () => now,
    after: (_: number, callback: () => void) => {
      due.push(callback);
      return () => void due.splice(due.indexOf(callback), 1);
    },
  };
  const logs = await openLogs(dir, { limits });
  for (const [at, name] of [8.5, 9.5, 10].flatMap((at) => [[at, group] as const, [at, 'other'] as const]))
    logs.put(name, 's', [{ timestamp: at * day, message: `${at}` }]);
  const tags = {};
  const logGroups = {
    [group]: { logGroupName: group, creationTime: 0, retentionInDays: 1, tags },
    other: { logGroupName: 'other', creationTime: 0, tags },
  };
  const end = keepRetention(logs, { logGroups }, clock);
  expect(messages(logs)).toEqual([9.5, 10]);
  now += 0.75 * day;
  due.shift()?.();
  expect(messages(logs)).toEqual([10]);
  expect(logs.events('other', 's')).toHaveLength(3);
  end();
  expect(due).toEqual([]);
});
