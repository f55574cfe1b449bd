/** When a request is sent once more, and when its app is ended: on a clock of its own. */
import { describe, expect, test } from 'vitest';
import { createTries, type Verdict } from '../../../proxy/relay/tries.ts';
import { UpstreamError } from '../../../proxy/relay/upstream.ts';

const over: Verdict = { again: false, stuck: false };
const again: Verdict = { again: true, stuck: false };

function lost(delivered: boolean, code = 'ECONNRESET'): UpstreamError {
  return new UpstreamError(delivered ? 'closed' : 'connect', Object.assign(new Error(code), { code }), { delivered });
}

const refused = lost(false, 'ECONNREFUSED');

describe('a request that may have reached the app', () => {
  test('is sent a second time when it may be, and never a third', () => {
    const tries = createTries(true);
    expect(tries.failed(lost(true), false)).toEqual(again);
    expect(tries.failed(lost(true), false)).toEqual(over);
    expect(createTries(false).failed(lost(true), false)).toEqual(over);
  });

  test('is over at its deadline, and the app with it unless it had begun to answer', () => {
    const silent = new UpstreamError('aborted', new Error('aborted'), { delivered: true });
    const slow = new UpstreamError('aborted', new Error('aborted'), { delivered: true, begun: true });
    expect(createTries(true).failed(silent, true)).toEqual({ again: false, stuck: true });
    expect(createTries(true).failed(silent, false)).toEqual(over);
    expect(createTries(true).failed(slow, true)).toEqual(over);
  });
});

describe('a request that reached nobody', () => {
  test('is sent again for two seconds, then the app is ended for it, once', () => {
    let now = 0;
    const tries = createTries(false, () => now);
    expect(tries.failed(refused, false)).toEqual(again);
    now = 1_999;
    expect(tries.failed(refused, false)).toEqual(again);
    now = 2_000;
    expect(tries.failed(refused, false)).toEqual({ again: true, stuck: true });
    expect(tries.failed(refused, false)).toEqual(again);
    now = 4_000;
    expect(tries.failed(refused, false)).toEqual({ again: false, stuck: true });
  });

  test('costs the app nothing when it is this process that cannot connect', () => {
    let now = 0;
    const tries = createTries(false, () => now);
    expect(tries.failed(lost(false, 'EMFILE'), false)).toEqual(again);
    now = 2_000;
    expect(tries.failed(lost(false, 'EMFILE'), false)).toEqual(over);
  });
});
