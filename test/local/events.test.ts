/** Asynchronous invocations: tried again when the function fails or has no room, and dropped at last. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AwsError } from '../../local/aws/error.ts';
import { openJournal } from '../../local/lambda/event-journal.ts';
import { createEvents } from '../../local/lambda/events.ts';
import type { EventInvokeConfig, InvokeRequest, InvokeResult } from '../../local/model.ts';
import { createFakeClock } from '../fakes/clock.ts';

const request = { functionName: 'app', payload: Buffer.from('{}'), withLog: false };
const minute = 60_000;

type Answers = ('ok' | 'fails' | 'throttled' | 'gone')[];

/** Events for a function that answers each try in turn; the last answer is given ever after. */
function eventsFor(...answers: Answers) {
  return configuredEventsFor({}, ...answers);
}

function configuredEventsFor(config: Partial<EventInvokeConfig>, ...answers: Answers) {
  const clock = createFakeClock(0);
  const tries: number[] = [];
  const events = createEvents({ invoke }, clock, { config: () => config });
  async function invoke(): Promise<InvokeResult> {
    const answer = answers[Math.min(tries.length, answers.length - 1)];
    tries.push(clock.now());
    if (answer === 'throttled') throw new AwsError('TooManyRequestsException', 'Rate Exceeded.');
    if (answer === 'gone') throw new AwsError('ResourceNotFoundException', 'Function not found');
    const result = { payload: Buffer.from(''), executedVersion: '1', logTail: '', requestId: 'r' };
    return answer === 'fails' ? { ...result, functionError: 'Unhandled' } : result;
  }
  /** Each step lets what the clock has set off come to its end. */
  async function pass(milliseconds: number, step = milliseconds): Promise<number[]> {
    await settled();
    for (let at = 0; at < milliseconds; at += step) {
      clock.advance(step);
      await settled();
    }
    return tries;
  }
  void events.put(request);
  return { events, pass };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('one that works is run once', async () => {
  expect(await eventsFor('ok').pass(10 * minute, minute)).toEqual([0]);
});

test('one that fails is tried again after one minute and after two more, and then dropped', async () => {
  expect(await eventsFor('fails').pass(10 * minute, minute)).toEqual([0, minute, 3 * minute]);
});

test('one that finds no room is tried again with growing pauses, for six hours', async () => {
  const tries = await eventsFor('throttled').pass(8 * 60 * minute, 500);
  expect(tries.slice(0, 5)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  expect(tries.at(-1)).toBeLessThanOrEqual(6 * 60 * minute);
  expect(tries.length).toBeGreaterThan(70);
});

test('one for a function that is gone is dropped', async () => {
  expect(await eventsFor('gone').pass(10 * minute, minute)).toEqual([0]);
});

test('nothing is tried again by a platform that has ended', async () => {
  const { events, pass } = eventsFor('fails');
  await pass(1);
  events.close();
  expect(await pass(10 * minute, minute)).toEqual([0]);
});

test.each<[string, Partial<EventInvokeConfig>, 'fails' | 'throttled', number[]]>([
  ['one try more', { MaximumRetryAttempts: 1 }, 'fails', [0, minute]],
  ['no try more', { MaximumRetryAttempts: 0 }, 'fails', [0]],
  ['two minutes', { MaximumEventAgeInSeconds: 120 }, 'fails', [0, minute]],
  [
    'one minute to find room',
    { MaximumEventAgeInSeconds: 60 },
    'throttled',
    [0, 1, 3, 7, 15, 31].map((s) => s * 1_000),
  ],
])('one whose function gives it %s gets no more', async (_title, config, answer, tries) => {
  expect(await configuredEventsFor(config, answer).pass(10 * minute, 500)).toEqual(tries);
});

test('an event whose next try cannot be remembered, as on a full disk, is tried all the same', async () => {
  const clock = createFakeClock(0);
  const tries: number[] = [];
  async function invoke(): Promise<InvokeResult> {
    tries.push(clock.now());
    return { payload: Buffer.from(''), executedVersion: '1', logTail: '', requestId: 'r', functionError: 'Unhandled' };
  }
  const full = () => Promise.reject(new Error('ENOSPC'));
  let isFull = false;
  const journal = { put: async () => (isFull ? full() : undefined), remove: full, read: async () => [] };
  const events = createEvents({ invoke }, clock, { journal });
  await events.put(request);
  isFull = true;
  for (let minutes = 0; minutes < 5; minutes++) {
    await settled();
    clock.advance(minute);
  }
  expect(tries).toEqual([0, minute, 3 * minute]);
  await expect(events.put(request)).rejects.toThrow('ENOSPC');
});

test('an event that the disk has lost is set aside, and those beside it run', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'up-events-'));
  const clock = createFakeClock(0);
  const hangs = createEvents({ invoke: () => new Promise(() => {}) }, clock, { journal: openJournal(dir) });
  await hangs.put(request);
  await writeFile(join(dir, 'lost.json'), '');
  await writeFile(join(dir, 'other.json'), '{"id":"other"}');
  const run: InvokeRequest[] = [];
  async function invoke(again: InvokeRequest): Promise<InvokeResult> {
    run.push(again);
    return { payload: Buffer.from(''), executedVersion: '1', logTail: '', requestId: 'r' };
  }
  await createEvents({ invoke }, clock, { journal: openJournal(dir) }).resume();
  clock.advance(0);
  expect(run).toEqual([request]);
  await expect.poll(() => readdir(dir)).toEqual(['lost.json.damaged', 'other.json.damaged']);
  await rm(dir, { recursive: true });
});

test('an event that was taken is run by the next platform, when this one ends before', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'up-events-'));
  const clock = createFakeClock(0);
  const hangs = createEvents({ invoke: () => new Promise(() => {}) }, clock, { journal: openJournal(dir) });
  await hangs.put({ ...request, qualifier: 'staging', payload: Buffer.from([0, 255]) });
  await writeFile(join(dir, 'half.json.tmp'), '{"id":');

  const run: InvokeRequest[] = [];
  async function invoke(again: InvokeRequest): Promise<InvokeResult> {
    run.push(again);
    return { payload: Buffer.from(''), executedVersion: '1', logTail: '', requestId: 'r' };
  }
  const next = createEvents({ invoke }, clock, { journal: openJournal(dir) });
  await next.resume();
  clock.advance(0);
  expect(run).toEqual([{ ...request, qualifier: 'staging', payload: Buffer.from([0, 255]) }]);
  await expect.poll(() => readdir(dir)).toEqual([]);
  await rm(dir, { recursive: true });
});
