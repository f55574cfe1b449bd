/** The phases of an execution environment, decided without one. */
import { describe, expect, test } from 'vitest';
import { platformFailure } from '../../local/lambda/failures.ts';
import { createInvocation } from '../../local/lambda/invocation.ts';
import { type Event, type Life, newLife, type Reason, stateIn, transition } from '../../local/lambda/phases.ts';

const run = createInvocation(Buffer.from('{}'), { isCold: true });
const reason: Reason = { failure: platformFailure('Runtime.ExitError', 'gone'), status: 'error' };
const invoked: Event = { kind: 'invoked', run };
const wait: Event = { kind: 'all wait', isAnswered: false };
const answeredAndWait: Event = { kind: 'all wait', isAnswered: true };
const failed: Event = { kind: 'failed', reason };
const removed: Event = { kind: 'init removed' };
const finished: Event = { kind: 'finished' };
const stopping: Event = { kind: 'stopping' };
const ended: Event = { kind: 'ended', reason };

const begin = 1_000;

/** What a story leads to, one event every 10 ms, and all that was to be done in it. */
function told(story: readonly Event[], isProvisioned = false) {
  let life: Life = newLife(isProvisioned, begin);
  const effects: string[] = [];
  for (const [index, event] of story.entries()) {
    const step = transition(life, event, begin + (index + 1) * 10);
    life = step.next;
    effects.push(...step.effects.map(({ kind }) => kind));
  }
  return { life, phase: life.phase, effects };
}

/** What is done at the last event. */
function last(...story: readonly Event[]) {
  const { life } = told(story.slice(0, -1));
  return transition(life, story.at(-1) as Event, begin + story.length * 10).effects;
}

describe('on demand', () => {
  test.each<[string, readonly Event[], Life['phase'], readonly string[]]>([
    ['an init that ends is frozen', [wait], 'idle', ['freeze', 'settle']],
    ['an event that came meanwhile is handed over at its end', [invoked, wait], 'busy', ['deliver']],
    ['an idle environment gets an event at once', [wait, invoked], 'busy', ['freeze', 'settle', 'deliver']],
    [
      'after its answer it is busy until it asks for the next event, and idle when the log is complete',
      [invoked, wait, answeredAndWait, finished],
      'idle',
      ['deliver', 'freeze', 'finish', 'settle'],
    ],
    ['it is not free when it asks without having answered', [invoked, wait, wait], 'busy', ['deliver']],
    [
      'asking once more while the log is completed finishes nothing twice',
      [invoked, wait, answeredAndWait, answeredAndWait],
      'finishing',
      ['deliver', 'freeze', 'finish'],
    ],
    ['an init that fails is removed', [failed], 'init failing', ['remove init']],
    ['and waits for an event', [failed, removed], 'init failed', ['remove init']],
    ['for which it is repeated', [failed, removed, invoked], 'init again', ['remove init', 'repeat init']],
    ['at once when that waits already', [invoked, failed, removed], 'init again', ['remove init', 'repeat init']],
    [
      'the event is handed over when the second init ends',
      [invoked, failed, removed, wait],
      'busy',
      ['remove init', 'repeat init', 'deliver'],
    ],
    [
      'a second init that fails is the end',
      [invoked, failed, removed, failed],
      'dead',
      ['remove init', 'repeat init', 'end', 'settle'],
    ],
    ['a runtime that fails at work is the end', [invoked, wait, failed], 'dead', ['deliver', 'end', 'settle']],
    [
      'whatever else is said to fail of an init that has failed fails no more with it',
      [invoked, failed, failed, removed],
      'init again',
      ['remove init', 'repeat init'],
    ],
    ['nor of one that is removed', [failed, removed, failed], 'init failed', ['remove init']],
    ['one that is killed in its init stays dead', [failed, ended, removed], 'dead', ['remove init', 'end', 'settle']],
    ['one that is asked to end may fail at it', [wait, stopping, failed], 'stopping', ['freeze', 'settle']],
    [
      'one that was asked to end while its log is completed does not become idle',
      [invoked, wait, answeredAndWait, stopping, finished],
      'stopping',
      ['deliver', 'freeze', 'finish'],
    ],
    ['nor finishes what it was at', [invoked, wait, stopping, answeredAndWait], 'stopping', ['deliver']],
    [
      'one that was asked to end while its init is removed begins none again',
      [invoked, failed, stopping, removed],
      'stopping',
      ['remove init'],
    ],
    ['nothing ends twice', [ended, ended, failed, wait], 'dead', ['end', 'settle']],
  ])('%s', (_title, story, phase, effects) => {
    expect(told(story)).toMatchObject({ phase, effects });
  });

  test.each([
    ['dead', [ended]],
    ['stopping', [wait, stopping]],
  ] as const)('an environment that is %s refuses events', (_phase, story) => {
    expect(last(...story, invoked)).toEqual([{ kind: 'refuse', run }]);
  });
});

test('an event that is refused takes nothing from the one that is still worked on', () => {
  const another = createInvocation(Buffer.from('{}'), { isCold: false });
  const { life } = told([invoked, wait, stopping, { kind: 'invoked', run: another }]);
  expect(life.run).toBe(run);
});

describe('provisioned', () => {
  test('an init that fails is the end', () => {
    expect(told([failed], true)).toMatchObject({ phase: 'dead', effects: ['end', 'settle'] });
  });
});

describe('times', () => {
  test('of an init phase that succeeds are told with its first invocation', () => {
    expect(last(wait, invoked, answeredAndWait)).toContainEqual({ kind: 'finish', run, initDuration: 10 });
  });

  test('of an init that fails are told at once', () => {
    expect(last(invoked, failed)).toEqual([{ kind: 'remove init', duration: 20, reason }]);
  });

  test('of an init inside an invocation are none', () => {
    expect(last(invoked, failed, removed, wait, answeredAndWait)).toContainEqual({
      kind: 'finish',
      run,
      initDuration: null,
    });
  });

  test('of a second init begin with it', () => {
    const end = { kind: 'end', run, from: 'init again', sinceInit: 10, initDuration: null, reason };
    expect(last(invoked, failed, removed, ended)).toContainEqual(end);
  });

  test('of an idle environment count from where it became so', () => {
    expect(told([invoked, wait, answeredAndWait, finished]).life.idleSince).toBe(begin + 40);
  });
});

describe('what fails with an environment', () => {
  test('is the event that waits for its init', () => {
    expect(last(invoked, ended)).toContainEqual(expect.objectContaining({ kind: 'end', run, from: 'init' }));
  });

  test('is the event that it works on', () => {
    expect(last(invoked, wait, ended)).toContainEqual(expect.objectContaining({ kind: 'end', run, from: 'busy' }));
  });

  test.each([
    ['idle', [wait]],
    ['completing the log of an invocation that is over', [invoked, wait, answeredAndWait]],
  ] as const)('is nothing when it is %s', (_title, story) => {
    expect(last(...story, ended)).toContainEqual(expect.objectContaining({ kind: 'end', run: null }));
  });
});

test('others see one state for all of the init, and no difference between work and its log', () => {
  expect((['init', 'init failing', 'init failed', 'init again'] as const).map(stateIn)).toEqual(
    Array(4).fill('initializing'),
  );
  expect((['busy', 'finishing', 'idle', 'stopping', 'dead'] as const).map(stateIn)).toEqual([
    'busy',
    'busy',
    'idle',
    'stopping',
    'dead',
  ]);
});
