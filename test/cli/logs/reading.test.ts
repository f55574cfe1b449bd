/** Reading a log: pages of several patterns as one, what was seen, where the next look begins, and where the last ended. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCursor, saveCursor } from '../../../cli/logs/cursor.ts';
import { watchDelay } from '../../../cli/logs/delay.ts';
import type { Fetch, LogEvent } from '../../../cli/logs/fetch.ts';
import { toFilter } from '../../../cli/logs/filter.ts';
import { mergePages } from '../../../cli/logs/merge.ts';
import { createOrigins } from '../../../cli/logs/origin.ts';
import { createPosition } from '../../../cli/logs/position.ts';
import { readLast, readPages } from '../../../cli/logs/read.ts';
import { readRequest } from '../../../cli/logs/request.ts';
import { readSettings } from '../../../cli/logs/settings.ts';
import { compileFilterPattern } from '../../../local/logs/filter-pattern.ts';

function event(id: string, timestamp: number, message = id, stream = '2026/11/26/[7]a'): LogEvent {
  return { id, timestamp, message, stream };
}

async function* pagesOf(...pages: readonly LogEvent[][]): AsyncGenerator<LogEvent[]> {
  yield* pages;
}

async function ids(pages: AsyncIterable<LogEvent[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const page of pages) all.push(...page.map(({ id }) => id));
  return all;
}

/** A log that grows, and its fetch: pages of two, and an empty one in front as AWS has them. */
function growingLog() {
  const events: LogEvent[] = [];
  const fetch: Fetch = async function* ({ from, to = Number.POSITIVE_INFINITY, pattern, newestFirst, stream }) {
    const matches = compileFilterPattern(pattern);
    const found = events
      .filter((one) => one.timestamp >= from && one.timestamp <= to && matches(one.message))
      .filter((one) => stream === undefined || one.stream === stream)
      .sort((a, b) => (newestFirst ? -1 : 1) * (a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1)));
    yield [];
    for (let at = 0; at < found.length; at += 2) yield found.slice(at, at + 2);
  };
  return { events, fetch };
}

describe('pages of several patterns', () => {
  test('come in one order, whoever is ahead', async () => {
    const merged = mergePages([
      pagesOf([event('a', 1), event('d', 4)], [event('e', 5)]),
      pagesOf([], [event('b', 2)], [event('c', 3), event('f', 9)]),
    ]);
    expect(await ids(merged)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('come newest first when they are', async () => {
    const merged = mergePages([pagesOf([event('d', 4), event('a', 1)]), pagesOf([event('c', 3)], [event('b', 2)])], {
      newestFirst: true,
    });
    expect(await ids(merged)).toEqual(['d', 'c', 'b', 'a']);
  });

  test('have ids that tell the order within a millisecond', async () => {
    expect(await ids(mergePages([pagesOf([event('b', 1)]), pagesOf([event('a', 1), event('c', 1)])]))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('of none are none', async () => {
    expect(await ids(mergePages([pagesOf(), pagesOf([])]))).toEqual([]);
  });
});

describe('a position', () => {
  test('begins ten seconds before the newest event, and not before it was told to', () => {
    const position = createPosition(1_000);
    expect(position.from()).toBe(1_000);
    position.pass([event('a', 50_000)]);
    expect(position.from()).toBe(40_000);
  });

  test('passes each event once, also one that became visible late', () => {
    const position = createPosition(0);
    expect(position.pass([event('a', 20_000), event('a', 20_000)]).map(({ id }) => id)).toEqual(['a']);
    expect(position.pass([event('late', 12_000), event('a', 20_000)]).map(({ id }) => id)).toEqual(['late']);
    expect(position.newest()).toBe(20_000);
  });

  test('forgets what no look reads again', () => {
    const position = createPosition(0);
    for (let second = 0; second < 100; second++) position.pass([event(`e${second}`, second * 1_000)]);
    expect(position.seen().size).toBeLessThan(15);
    expect(position.seen().has('e99')).toBe(true);
  });
});

describe('following', () => {
  test('shows what comes, what comes late, and nothing twice', async () => {
    const { events, fetch } = growingLog();
    events.push(event('a', 1_000), event('c', 3_000));
    const stop = new AbortController();
    const seen: string[] = [];
    const follow = { pace: { every: 1, deepEvery: 5 }, signal: stop.signal };
    const reading = { fetch, patterns: ['', '"a"'], position: createPosition(0), ...follow };
    for await (const page of readPages(reading)) {
      seen.push(...page.map(({ id }) => id));
      if (seen.length === 2) events.push(event('e', 9_000));
      if (seen.length === 3) events.push(event('b', 2_000));
      if (seen.length === 4) stop.abort();
    }
    expect(seen).toEqual(['a', 'c', 'e', 'b']);
  });
});

describe('the last lines', () => {
  const wanted = async ({ message }: LogEvent) => message !== 'no';

  test('are the newest that are wanted, oldest first', async () => {
    const { events, fetch } = growingLog();
    events.push(event('a', 1), event('b', 2), event('c', 3, 'no'), event('d', 4));
    const reading = { fetch, patterns: [''], position: createPosition(0) };
    expect((await readLast(reading, 2, wanted)).map(({ id }) => id)).toEqual(['b', 'd']);
    // A look that follows shows none of them again.
    expect(await ids(readPages(reading))).toEqual([]);
  });

  test('of none are none, and what was is known', async () => {
    const { events, fetch } = growingLog();
    events.push(event('a', 1), event('b', 2));
    const reading = { fetch, patterns: [''], position: createPosition(0) };
    expect(await readLast(reading, 0, wanted)).toEqual([]);
    expect(await ids(readPages(reading))).toEqual([]);
  });
});

describe('a request', () => {
  const ours = (id: string) =>
    JSON.stringify({ timestamp: 't', level: 'info', message: 'm', fields: { request_id: id } });

  test('is what carries its id, and what its environment printed meanwhile', async () => {
    const { events, fetch } = growingLog();
    events.push(
      event('01', 1, 'START RequestId: abc-1 Version: 7'),
      event('02', 2, 'a line without an id'),
      event('03', 2, 'of another environment', '2026/11/26/[7]b'),
      event('04', 3, ours('abc-1')),
      event('05', 3, ours('abd-2')),
      event('06', 4, 'END RequestId: abc-1'),
      event('07', 4, 'REPORT RequestId: abc-1\tDuration: 1 ms'),
      event('08', 5, 'START RequestId: abd-2 Version: 7'),
      event('09', 6, 'between others'),
      event('10', 7, 'END RequestId: abd-2'),
      event('11', 8, 'it says abc-1 of another'),
    );
    const found = await readRequest(fetch, { id: 'abc', since: 0 });
    expect(found.map(({ id }) => id)).toEqual(['01', '02', '04', '06', '07']);
    expect(await readRequest(fetch, { id: 'zzz', since: 0 })).toEqual([]);
  });
});

describe('where a line comes from', () => {
  const releases = { find: async (version: string) => (version === '7' ? ({ stage: 'beta' } as never) : null) };

  test('is told by the name of its log stream, and the stage by the release', async () => {
    expect(await createOrigins(releases)(event('a', 1, 'START'))).toEqual({ stage: 'beta', version: '7' });
    expect(await createOrigins(null)(event('a', 1, 'START'))).toEqual({ version: '7' });
    expect(await createOrigins(releases)(event('a', 1, 'START', '2026/11/26/[8]a'))).toEqual({ version: '8' });
    expect(await createOrigins(releases)(event('a', 1, 'START', '2026/11/26/[$LATEST]a'))).toEqual({});
  });

  test('a record says itself', async () => {
    expect(await createOrigins(releases)(event('a', 1, '{"level":"info"}'))).toEqual({});
  });
});

describe('a cursor', () => {
  const dir = mkdtempSync(join(tmpdir(), 'up-test-cursor-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'cursor');

  test('goes on where the last one ended', async () => {
    expect(await readCursor(file, 'shop')).toBeNull();
    const position = createPosition(0);
    position.pass([event('a', 50_000), event('b', 55_000)]);
    await saveCursor(file, 'shop', position);
    const cursor = await readCursor(file, 'shop');
    const next = createPosition(0, cursor);
    expect(next.from()).toBe(45_000);
    expect(next.pass([event('a', 50_000), event('c', 50_000)]).map(({ id }) => id)).toEqual(['c']);
    expect(readdirSync(dir)).toEqual(['cursor']);
    next.pass([event('d', 70_000)]);
    expect([...next.seen().keys()]).toEqual(['d']);
  });

  test.each([
    ['of a log that was empty', 0],
    ['of a line of a clock that is ahead', Date.now() + 2 * 3_600_000],
  ])('may be %s', async (_title, newest) => {
    writeFileSync(file, JSON.stringify({ app: 'shop', newest, seen: ['a', 1] }));
    expect(await readCursor(file, 'shop')).toEqual({ newest, seen: new Map([['a', newest]]) });
  });

  test('of another app, or what is none, is refused', async () => {
    await expect(readCursor(file, 'pets')).rejects.toMatchObject({
      code: 'UP_LOGS_CURSOR',
      message: `${file} is the cursor of "shop", and this is "pets"`,
    });
    const message = `${file} is not a cursor file`;
    const newest = ['"1"', '1e400', '-5', '5.5', String(Date.now() + 3 * 86_400_000)];
    const times = newest.map((time) => `{"app":"shop","newest":${time},"seen":[]}`);
    for (const text of ['', '[]', 'null', '{"app":"shop"}', '{"app":"shop","newest":1}', ...times]) {
      writeFileSync(file, text);
      await expect(readCursor(file, 'shop')).rejects.toMatchObject({ code: 'UP_LOGS_CURSOR', exit: 2, message });
    }
  });

  test('where none can be is refused before anything is shown', async () => {
    const nowhere = join(dir, 'nowhere', 'cursor');
    for (const [path, message] of [
      [dir, `${dir} cannot be read: EISDIR`],
      [nowhere, `${nowhere} cannot be written: ENOENT`],
    ] as const)
      await expect(readCursor(path, 'shop')).rejects.toMatchObject({ code: 'UP_LOGS_CURSOR', exit: 2, message });
  });
});

describe('flags', () => {
  test.each<[title: string, args: Record<string, unknown>]>([
    ['an end before the beginning', { since: '1h', until: '2h' }],
    ['an end of what has none', { follow: true, until: '1m' }],
    ['following a request', { follow: true, request: 'abc' }],
    ['a count that is none', { count: 'many' }],
    ['a count below nothing', { count: '-1' }],
    ['a count that is nothing', { count: '' }],
    ['an id that is none', { request: 'a"b' }],
    ['too little of an id', { request: 'ab' }],
    ['a cursor that would leave out lines', { cursor: 'c', count: '5' }],
    ['a time that is none', { until: 'soon' }],
    ['a beginning that is still to come', { since: '2030-01-01' }],
    ['a stage that is nothing', { stage: '' }],
    ['two stages', { stage: ['beta', 'staging'] }],
    ['a release that is nothing', { release: '' }],
    ['a cursor that is nothing', { cursor: '' }],
  ])('%s is refused', (_title, args) => {
    expect(() => readSettings(args, Date.UTC(2026, 10, 26))).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });

  test.each<[title: string, args: Record<string, string>, until: Date]>([
    ['an hour that is over', { since: '11:00', until: '11:30' }, new Date(2026, 10, 26, 11, 30)],
    ['an hour that is not over yet', { since: '11:30', until: '12:30' }, new Date(2026, 10, 26, 12, 30)],
    ['an hour of yesterday', { since: '13:00', until: '14:00' }, new Date(2026, 10, 25, 14)],
    ['a night', { since: '23:50', until: '0:10' }, new Date(2026, 10, 26, 0, 10)],
  ])('between two times of day is %s', (_title, args, until) => {
    expect(readSettings(args, new Date(2026, 10, 26, 12).getTime()).until).toBe(until.getTime());
  });

  test('longer ago than there is time is the beginning', () => {
    expect(readSettings({ since: '1000000mo' }, 1_000).since).toBe(0);
  });

  test('words make one query', () => {
    expect(readSettings({ query: ['production', 'error'] }, 0).query).toBe('production error');
  });

  test.each([
    ['7', { path: ['fields', 'version'], value: { parts: ['7'] } }],
    ['v7', { path: ['fields', 'version'], value: { parts: ['7'] } }],
    ['a1b2', { path: ['fields', 'commit'], value: { parts: ['a1b2', ''] } }],
    ['1234567', { path: ['fields', 'commit'], value: { parts: ['1234567', ''] } }],
  ])('--release %s', (release, expected) => expect(toFilter({ release })).toMatchObject(expected));
});

describe('a tail that is behind', () => {
  test('says so once, and again after it has caught up', () => {
    let now = 0;
    const said: string[] = [];
    const late = watchDelay({ warn: (_label, text) => void said.push(text) }, true, () => now);
    now = 100_000;
    const page = (timestamp: number) => late.note([event('a', timestamp)]);
    page(95_000);
    expect(said).toEqual([]);
    page(85_000);
    page(86_000);
    expect(said).toEqual(['these lines are 15.00 s old; later ones are still to come']);
    page(99_000);
    page(80_000);
    expect(said).toHaveLength(2);
  });
});
