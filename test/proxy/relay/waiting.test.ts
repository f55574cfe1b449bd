/** How requests wait for an app that is not there yet, and what is told of the run they get: by its state, without one. */
import { describe, expect, test } from 'vitest';
import type { HttpError } from '../../../http/error.ts';
import type { RunEvidence } from '../../../proxy/relay/evidence.ts';
import type { Lender } from '../../../proxy/relay/lease.ts';
import type { Run } from '../../../proxy/relay/run.ts';
import { createSignal } from '../../../proxy/relay/signal.ts';
import type { State } from '../../../proxy/relay/supervisor.ts';
import { turn } from '../../../proxy/relay/turn.ts';
import { createWaiting } from '../../../proxy/relay/waiting.ts';
import { recorder } from '../apps.ts';

const starting: State = { kind: 'starting', run: 1 };
const ready: State = { kind: 'ready', run: 1, since: 0, answered: false, inFlight: 0 };
const stopped: State = { kind: 'stopped', run: 1 };
const backingOff = (run = 1): State => ({ kind: 'backing-off', run, until: 2_500 });
const address = { host: '127.0.0.1', port: 3_000 };
const patient = 10_000;

/** Of a process that is this one, unless told otherwise. */
function runOf(changes: Partial<Run> = {}, app: Partial<Run['app']> = {}, milliseconds = 0): Run {
  const exited = new Promise(() => {});
  const process_ = { pid: process.pid, reports: null, exit: null, exited, ...app };
  const run = {
    number: 1,
    app: process_,
    last: { count: () => 0 },
    waited: { read: () => milliseconds },
    address: null,
  };
  // `as`: nothing else of it is looked at.
  return { ...run, failed: null, ...changes } as unknown as Run;
}

const failedRun = (changes: Partial<Run> = {}, error?: Error): Run =>
  runOf({
    failed: { exit: { code: 1, signal: null, ...(error && { error }) }, evidence: Promise.resolve({ exit_code: 1 }) },
    ...changes,
  });

/** A keeper that is at this, with a `listenTimeout` of 15 s. */
function keeperAt(state: State, run: Run | null, onDue: () => void = () => {}) {
  const fed: string[] = [];
  const { log, records } = recorder();
  const changed = createSignal();
  const now = { state, run };
  const evidence = {
    ofPorts: () => ({ command: 'node app.js' }),
    exitMessage: () => 'the app exited with code 1',
    saidSince: (_run: Run, count: number) => `since ${count}`,
  };
  const lender: Lender = {
    background: { requested: (tells: boolean) => void fed.push(`requested ${tells}`) } as Lender['background'],
    evidence: evidence as unknown as RunEvidence,
    feed(event) {
      fed.push('run' in event ? `${event.kind} ${event.run}` : event.kind);
      if (event.kind === 'due') onDue();
    },
  };
  const to = (next: State, nextRun = now.run) => {
    Object.assign(now, { state: next, run: nextRun });
    changed.fire();
  };
  const options = { log, lender, changed, clock: () => 500, listenTimeout: 15 };
  const waiting = createWaiting({ ...options, state: () => now.state, run: () => now.run });
  const refusal = (patience = patient) =>
    waiting.ready(patience, false).then(
      () => {
        throw new Error('it is ready');
      },
      ({ status, code, message, evidence, headers }: HttpError) => ({ status, code, message, evidence, headers }),
    );
  return { waiting, to, fed, records, refusal };
}

describe('a request', () => {
  test('gets an app that listens, at once or as soon as it does', async () => {
    expect(await keeperAt(ready, runOf({ address })).waiting.ready(patient, false)).toMatchObject(address);
    const { waiting, to } = keeperAt(starting, runOf({}, {}, 14_000));
    const leased = waiting.ready(patient, false);
    to(ready);
    to(ready, runOf({ address }));
    expect(await leased).toMatchObject(address);
  });

  test('that may be sent again gets one of which nobody has heard yet that it is gone', async () => {
    const { waiting } = keeperAt(ready, runOf({ address }, { pid: 2 ** 30 }));
    expect(await waiting.ready(patient, false)).toMatchObject(address);
  });

  test('that may be sent but once gets one that is certainly there', async () => {
    expect(await keeperAt(ready, runOf({ address })).waiting.ready(patient, true)).toMatchObject(address);
    const exited = Promise.resolve() as Promise<never>;
    const { waiting, to } = keeperAt(
      ready,
      runOf({ address }, { pid: 2 ** 30, exited: exited.then(() => to(stopped) as never) }),
    );
    await expect(waiting.ready(patient, true)).rejects.toMatchObject({ code: 'UP_APP_STOPPED' });
  });

  test('is refused when the app is stopped, also while it waits', async () => {
    expect(await keeperAt(stopped, null).refusal()).toMatchObject({ code: 'UP_APP_STOPPED' });
    const { to, refusal } = keeperAt(starting, runOf());
    const refused = refusal();
    to(stopped);
    expect(await refused).toMatchObject({ code: 'UP_APP_STOPPED' });
  });

  test('that has no more time is told that the app still starts', async () => {
    const evidence = { command: 'node app.js' };
    expect(await keeperAt(starting, runOf()).refusal(1)).toMatchObject({ code: 'UP_APP_STARTING', evidence });
    expect(await keeperAt(starting, null).refusal(1)).toMatchObject({ code: 'UP_APP_STARTING', evidence: {} });
  });

  test('is told of an app that does not listen in its time, which only one that starts can be late with', async () => {
    const late = runOf({}, {}, 15_000);
    expect(await keeperAt(starting, late).refusal()).toMatchObject({
      ...{ status: 504, code: 'UP_APP_NOT_LISTENING', evidence: { command: 'node app.js' } },
      message: 'the app did not listen on PORT within 15 s',
    });
    expect(await keeperAt(ready, late).refusal(1)).toMatchObject({ code: 'UP_APP_STARTING' });
  });
});

describe('an app that does not start', () => {
  test('is told of once, and then when to come again, until another try fails', async () => {
    const { to, fed, refusal } = keeperAt(backingOff(), failedRun());
    const why = {
      ...{ status: 502, code: 'UP_APP_EXITED', message: 'the app exited with code 1', evidence: { exit_code: 1 } },
      headers: [],
    };
    expect(await refusal()).toEqual(why);
    expect(await refusal()).toMatchObject({
      ...{ status: 503, code: 'UP_APP_BACKING_OFF', evidence: { exit_code: 1 } },
      headers: [['retry-after', '2']],
    });
    to(backingOff(2), failedRun({ number: 2 }));
    expect(await refusal()).toEqual(why);
    expect(fed).toEqual(['due', 'due', 'due']);
  });

  test('is one that starts, where there is no run to tell of', async () => {
    expect(await keeperAt(backingOff(), null).refusal(1)).toMatchObject({ code: 'UP_APP_STARTING', evidence: {} });
  });

  test('may be none that can be started', async () => {
    expect(await keeperAt(backingOff(), failedRun({}, new Error('ENOENT'))).refusal()).toMatchObject({
      code: 'UP_APP_SPAWN',
    });
  });

  test('is tried again for a request that comes when the pause is over', async () => {
    // The run that failed is the last one until the next has begun.
    const { waiting, to } = keeperAt(backingOff(), failedRun(), () => to(starting));
    const leased = waiting.ready(patient, false);
    await turn();
    to(ready, runOf({ number: 2, address }));
    expect(await leased).toMatchObject(address);
  });
});

describe('init', () => {
  test('ends when the app listens, or has failed to start', async () => {
    expect(await keeperAt(ready, runOf({ address })).waiting.settled()).toBe(true);
    const { waiting, to, records } = keeperAt(starting, null);
    const settled = waiting.settled();
    to(starting, runOf());
    to(backingOff(), failedRun());
    expect(await settled).toBe(false);
    expect(records).toEqual([]);
  });

  test('ends when the app is late, which is logged', async () => {
    const { waiting, records } = keeperAt(starting, runOf({}, {}, 15_000));
    expect(await waiting.settled()).toBe(false);
    expect(records).toEqual([
      {
        ...{ level: 'warn', message: 'the app did not listen on PORT within 15 s' },
        fields: { code: 'UP_APP_NOT_LISTENING', command: 'node app.js' },
      },
    ]);
  });
});

describe('a run that a request has', () => {
  async function leaseOf(run: Run) {
    const { waiting, fed } = keeperAt(ready, { ...run, address });
    return { lease: await waiting.ready(patient, false), fed };
  }

  test('is told what becomes of the request', async () => {
    const { lease, fed } = await leaseOf(runOf({ number: 3 }));
    lease.began();
    lease.answered();
    lease.ended('over');
    lease.ended('stuck');
    expect(fed).toEqual(['requested false', 'began 3', 'answered 3', 'ended 3', 'ended 3', 'stuck 3']);
    const hooked = await leaseOf(runOf({}, { reports: process.stdin as never }));
    hooked.lease.began();
    expect(hooked.fed).toEqual(['requested true', 'began 1']);
  });

  test('is asked for what it has said since the request began', async () => {
    let count = 4;
    const { lease } = await leaseOf(runOf({ last: { count: () => count } as Run['last'] }));
    count = 7;
    expect(await lease.lastLog()).toBe('since 4');
    lease.began();
    count = 9;
    expect(await lease.lastLog()).toBe('since 7');
  });

  test('is asked whether, and how, it has ended', async () => {
    const { lease: alive } = await leaseOf(runOf());
    expect([await alive.hasExited(1), await alive.brokeOff(1), await alive.exit()]).toEqual([false, false, null]);
    const exit = { code: 1, signal: null };
    const { lease: gone } = await leaseOf({
      ...failedRun(),
      app: { ...runOf().app, exit, exited: Promise.resolve(exit) },
    });
    expect([await gone.hasExited(1), await gone.brokeOff(1), await gone.exit()]).toEqual([
      true,
      true,
      { exit_code: 1 },
    ]);
  });
});
