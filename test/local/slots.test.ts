/** Which environment serves, which goes, and which counts: decided by what each says of itself. */
import { describe, expect, test } from 'vitest';
import type { Slots } from '../../local/lambda/slots.ts';
import { happening, revision, version } from './slots.ts';

const idsOf = (slots: Slots) => slots.all().map(({ environment }) => environment?.id);

describe('room is made', () => {
  test('by the one that has been idle for longest', () => {
    const { slots, told, open } = happening();
    open('short', { idleFor: 10 });
    open('long', { idleFor: 30 });
    open('between', { idleFor: 20 });
    expect(slots.makeRoom()).toBe(true);
    expect(told).toEqual(['long retires']);
    expect(idsOf(slots)).toEqual(['short', 'between']);
  });

  test('by none that is kept, spoken for, at work or starting', () => {
    const { slots, told, open } = happening();
    open('kept', { provisioned: true });
    open('spoken for', { reserved: true });
    open('at work', { state: 'busy' });
    slots.open(version('shop'), { reserved: false, provisioned: false });
    expect(slots.makeRoom()).toBe(false);
    expect(told).toEqual([]);
  });
});

test('what has been idle for the limit goes, unless it is kept', () => {
  const { slots, told, open } = happening();
  open('kept', { idleFor: 90, provisioned: true });
  open('old', { idleFor: 60 });
  open('young', { idleFor: 59 });
  slots.retireIdle(60);
  expect(told).toEqual(['old retires']);
});

describe('a request goes', () => {
  test('to one that is kept before any other', () => {
    const { slots, open } = happening();
    open('on demand');
    const kept = open('kept', { provisioned: true });
    expect(slots.idle(revision('shop'))).toBe(kept);
  });

  test('to an idle one of its own revision, or none', () => {
    const { slots, open } = happening();
    open('at work', { state: 'busy' });
    open('spoken for', { reserved: true });
    open('of another', { of: 'blog' });
    expect(slots.idle(revision('shop'))).toBeNull();
  });

  test('to one that may soon be free, if there is any that nobody has spoken for', () => {
    const { slots, open } = happening();
    open('spoken for', { reserved: true });
    open('of another', { of: 'blog', state: 'busy' });
    expect(slots.mayBecomeIdle(revision('shop'))).toBe(false);
    open('at work', { state: 'busy' });
    expect(slots.mayBecomeIdle(revision('shop'))).toBe(true);
  });
});

test('of a function run those that are at work or spoken for', () => {
  const { slots, open } = happening();
  open('at work', { state: 'busy' });
  open('spoken for', { reserved: true });
  open('idle');
  open('of another', { of: 'blog', state: 'busy' });
  expect([slots.running('shop'), slots.running('blog')]).toEqual([2, 1]);
});

describe('one that retires', () => {
  test('takes no place from then on, and is asked once', () => {
    const { slots, told, open } = happening();
    const slot = open('a');
    slots.retire(slot);
    slots.retire(slot);
    expect([slots.count(), told]).toEqual([0, ['a retires']]);
  });

  test('is waited for at the end', async () => {
    const { slots, open, end } = happening();
    open('a');
    let closed = false;
    const closing = slots.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    end();
    await closing;
  });

  test('is killed with all others', () => {
    const { slots, told, open } = happening();
    slots.retire(open('a'));
    open('b');
    slots.kill();
    expect(told).toEqual(['a retires', 'b is killed', 'a is killed']);
  });
});

test('whoever waits for a free one is woken when any has settled', async () => {
  const { slots } = happening();
  const waiting = [slots.settledWithin(60_000), slots.settledWithin(60_000)];
  slots.settled();
  await Promise.all(waiting);
});
