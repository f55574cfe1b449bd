import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Effect, type Event, initial, type Supervision, transition } from '../../../proxy/relay/supervisor.ts';

type At = readonly [at: number, event: Event];

/** What a story of events leads to: the last state, and every effect with the time at which it was asked for. */
function told(...story: readonly At[]) {
  let supervision: Supervision = initial.next;
  const effects: (Effect & { readonly at: number })[] = initial.effects.map((effect) => ({ ...effect, at: 0 }));
  for (const [at, event] of story) {
    const step = transition(supervision, event, at);
    supervision = step.next;
    effects.push(...step.effects.map((effect) => ({ ...effect, at })));
  }
  return { state: supervision.state, effects };
}

const listening = (run: number): Event => ({ kind: 'listening', run });
const exited = (run: number): Event => ({ kind: 'exited', run });
const answered = (run: number): Event => ({ kind: 'answered', run });
const began = (run: number): Event => ({ kind: 'began', run });
const ended = (run: number): Event => ({ kind: 'ended', run });
const stuck = (run: number): Event => ({ kind: 'stuck', run });
const due: Event = { kind: 'due' };

/** The times at which runs were asked for, when every one of them exits at once. */
function startsOfALoop(until: number): number[] {
  let supervision: Supervision = initial.next;
  let now = 0;
  const starts = [0];
  for (let run = 0; now <= until; ) {
    const { next, effects } = transition(supervision, exited(run), now);
    supervision = next;
    const [effect] = effects;
    if (effect?.kind === 'wait') {
      now = effect.until;
      supervision = transition(supervision, due, now).next;
    }
    run++;
    starts.push(now);
  }
  return starts.filter((start) => start <= until);
}

describe('a run that worked', () => {
  test.each<[string, readonly At[]]>([
    [
      'because it answered',
      [
        [0, listening(0)],
        [10, answered(0)],
        [20, exited(0)],
      ],
    ],
    [
      'because it listened for a second',
      [
        [0, listening(0)],
        [1_000, exited(0)],
      ],
    ],
  ])('is replaced at once: %s', (_title, story) => {
    const { state, effects } = told(...story);
    expect(state).toEqual({ kind: 'starting', run: 1 });
    expect(effects.at(-1)).toMatchObject({ kind: 'spawn', run: 1, at: story.at(-1)?.[0] });
    expect(told(...story, [1_000, exited(1)]).effects.at(-1), 'no failure').toMatchObject({ kind: 'spawn', run: 2 });
  });

  test('makes the failures before it forgotten', () => {
    const { effects } = told([0, exited(0)], [1, listening(1)], [2, answered(1)], [3, exited(1)], [4, exited(2)]);
    expect(effects.map(({ kind }) => kind)).toEqual(['spawn', 'spawn', 'spawn', 'spawn']);
  });
});

describe('a run that failed to start', () => {
  test.each<[string, readonly At[]]>([
    ['because it never listened', [[5_000, exited(0)]]],
    [
      'because it died within a second of listening, without an answer',
      [
        [0, listening(0)],
        [999, exited(0)],
      ],
    ],
  ])('is tried once more at once: %s', (_title, story) => {
    expect(told(...story).effects.at(-1)).toMatchObject({ kind: 'spawn', run: 1 });
    expect(told(...story, [5_000, exited(1)]).effects.at(-1), 'a failure').toMatchObject({ kind: 'wait' });
  });

  test('is tried again after pauses that double up to five seconds', () => {
    const starts = startsOfALoop(20_000);
    const pauses = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    expect(pauses.slice(0, 9)).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  test('is started ten times a minute at most, once it is known to be one', () => {
    const starts = startsOfALoop(600_000);
    for (const start of starts.slice(1)) {
      const inAMinute = starts.filter((other) => other > start && other <= start + 60_000);
      expect(inAMinute.length).toBeLessThanOrEqual(10);
    }
  });

  test('waits for its time, however often it is asked for', () => {
    const { state, effects } = told([0, exited(0)], [0, exited(1)], [50, due], [99, due]);
    expect(state).toEqual({ kind: 'backing-off', run: 1, until: 100 });
    expect(effects.slice(2)).toEqual([0, 50, 99].map((at) => ({ kind: 'wait', until: 100, at })));
  });

  test('waits on, whatever its last requests come to', () => {
    const failed: At[] = [
      [0, exited(0)],
      [0, exited(1)],
    ];
    const after = [answered(1), ended(1), stuck(1), began(1), listening(1)].map((event): At => [4, event]);
    expect(told(...failed, ...after)).toEqual(told(...failed));
    expect(told(...failed, ...after, [100, due], [100, exited(2)]).effects.at(-1)).toMatchObject({ until: 300 });
  });
});

describe('a run that is stuck', () => {
  test('is ended at once when nothing else is in flight, and its exit brings the next', () => {
    const story: At[] = [
      [0, listening(0)],
      [1, began(0)],
      [9, ended(0)],
      [9, stuck(0)],
    ];
    expect(told(...story)).toMatchObject({ state: { kind: 'draining' }, effects: [{}, { kind: 'end', run: 0 }] });
    expect(told(...story, [10, exited(0)]).effects.at(-1)).toMatchObject({ kind: 'spawn', run: 1 });
  });

  test('is ended once the others have their answers', () => {
    const story: At[] = [
      [0, listening(0)],
      [1, began(0)],
      [1, began(0)],
      [9, ended(0)],
      [9, stuck(0)],
    ];
    expect(told(...story).effects).toHaveLength(1);
    expect(told(...story, [20, ended(0)]).effects.at(-1)).toMatchObject({ kind: 'end', run: 0, at: 20 });
  });

  test('is ended with the last of them, not before', () => {
    const { effects } = told(
      [0, listening(0)],
      ...[1, 2, 3].map((at): At => [at, began(0)]),
      [9, ended(0)],
      [9, stuck(0)],
      ...[20, 30].map((at): At => [at, ended(0)]),
    );
    expect(effects).toEqual([
      { kind: 'spawn', run: 0, at: 0 },
      { kind: 'end', run: 0, at: 30 },
    ]);
  });
});

test('the first run is asked for before anything has happened', () => {
  expect(told()).toEqual({ state: { kind: 'starting', run: 0 }, effects: [{ kind: 'spawn', run: 0, at: 0 }] });
});

test('what is told of an earlier run changes nothing', () => {
  const before = told([0, listening(0)], [1, answered(0)], [2, exited(0)], [3, listening(1)]);
  const after = told(
    [0, listening(0)],
    [1, answered(0)],
    [2, exited(0)],
    [3, listening(1)],
    ...[exited(0), stuck(0), answered(0), ended(0), listening(0)].map((event): At => [4, event]),
  );
  expect(after).toEqual(before);
});

test('a run that starts, works or drains waits for no pause', () => {
  const story: At[] = [
    [0, listening(0)],
    [1, began(0)],
    [2, stuck(0)],
  ];
  for (let length = 0; length <= story.length; length++) {
    const before = story.slice(0, length);
    expect(told(...before, [5_000, due])).toEqual(told(...before));
  }
});

test('nothing happens once it is stopped', () => {
  const { state, effects } = told(
    [0, exited(0)],
    [0, { kind: 'stop' }],
    [1, exited(1)],
    [5_000, due],
    [9_000, listening(1)],
  );
  expect(state.kind).toBe('stopped');
  expect(effects.map(({ kind }) => kind)).toEqual(['spawn', 'spawn']);
});

test('in 100,000 steps of any story there is one app at most, and it never stays down without a time to come back', () => {
  const steps = fc.array(
    fc.tuple(
      fc.nat(3_000),
      fc.constantFrom<Event['kind']>('listening', 'exited', 'began', 'answered', 'ended', 'stuck', 'due'),
      fc.constantFrom(0, 0, 0, 0, -1, 1),
    ),
    { minLength: 100, maxLength: 100 },
  );
  fc.assert(
    fc.property(steps, (story) => {
      let supervision: Supervision = initial.next;
      const living = new Set([0]);
      let now = 0;
      for (const [pause, kind, offset] of story) {
        now += pause;
        const run = supervision.state.run + offset;
        // Only a living run can do anything; only real exits are told.
        if (kind === 'exited' && !living.delete(run)) continue;
        const { next, effects } = transition(supervision, kind === 'due' ? due : { kind, run }, now);
        supervision = next;
        for (const effect of effects) if (effect.kind === 'spawn') living.add(effect.run);
        expect(living.size).toBeLessThanOrEqual(1);
        if (next.state.kind === 'backing-off') expect(next.state.until - now).toBeLessThanOrEqual(60_000);
        else expect([...living]).toEqual([next.state.run]);
      }
    }),
    { numRuns: 1_000 },
  );
});
