/** Environments that are kept ready: which are started, which are given up, and what becomes of those that fail. */
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../local/lambda/environment.ts';
import { createProvisioning } from '../../local/lambda/provisioning.ts';
import { createSlots, type Slot } from '../../local/lambda/slots.ts';
import type { LambdaFunction, State } from '../../local/model.ts';
import { version } from './slots.ts';

/** A function whose alias leads to a version, of which so many are to be kept. */
function wanting(count: number, { leads = '1', configured = 'once' } = {}): LambdaFunction {
  const config = { RequestedProvisionedConcurrentExecutions: count, LastModified: configured };
  const versions = { 1: version('shop', '1'), 2: version('shop', '2') };
  // `as`: nothing else of it is looked at.
  return { versions, aliases: { live: { FunctionVersion: leads } }, provisioned: { live: config } } as never;
}

function keeping(fn: LambdaFunction, { starts = true, room = Number.POSITIVE_INFINITY } = {}) {
  const state: Pick<State, 'functions'> = { functions: { shop: fn } };
  const slots = createSlots();
  const started: string[] = [];
  const provisioning = createProvisioning({
    state,
    slots,
    hasRoom: () => slots.count() < room,
    start: async (of) => {
      started.push(of.Version);
      if (!starts) throw new Error('it does not start');
      slots.open(of, { reserved: false, provisioned: true });
    },
  });
  const change = (next: LambdaFunction) => {
    state.functions.shop = next;
    provisioning.provision('shop');
  };
  const versions = () => slots.all().map((slot) => slot.version);
  return { slots, started, change, versions, ...provisioning };
}

/** What a slot has when its environment is there. */
function running(slot: Slot | undefined, state: ReturnType<Environment['state']> = 'idle'): Slot {
  if (!slot) throw new Error('nothing was started');
  const environment = { state: () => state, idleFor: () => 0, retire: async () => {}, kill: () => {} };
  return Object.assign(slot, { environment, isReady: true });
}

describe('of what is to be kept', () => {
  test('all that is missing is started, and no more', () => {
    const { provision, started } = keeping(wanting(2));
    provision('shop');
    provision('shop');
    expect(started).toEqual(['1', '1']);
  });

  test('one more is started where one more is wanted', () => {
    const { provision, change, started } = keeping(wanting(1));
    provision('shop');
    change(wanting(2));
    expect(started).toEqual(['1', '1']);
  });

  test('no more is started than there is room for', () => {
    const { provision, started } = keeping(wanting(3), { room: 2 });
    provision('shop');
    expect(started).toEqual(['1', '1']);
  });

  test('a function that is gone wants none', () => {
    const { provision, started } = keeping(wanting(1));
    provision('blog');
    expect(started).toEqual([]);
  });
});

describe('what is to be kept no more', () => {
  test('goes with the alias to another version', () => {
    const { provision, change, slots, versions } = keeping(wanting(1));
    provision('shop');
    running(slots.all()[0]);
    change(wanting(1, { leads: '2' }));
    expect(versions()).toEqual(['2']);
  });

  test('goes where fewer are wanted', () => {
    const { provision, change, slots } = keeping(wanting(2));
    provision('shop');
    for (const slot of slots.all()) running(slot);
    change(wanting(1));
    expect(slots.count()).toBe(1);
  });

  test.each(['at work', 'spoken for'])('stays while it is %s, as any other', (why) => {
    const { provision, change, slots } = keeping(wanting(1));
    provision('shop');
    const slot = running(slots.all()[0], why === 'at work' ? 'busy' : 'idle');
    slot.reserved = why === 'spoken for';
    change(wanting(0));
    expect(slots.all()).toEqual([slot]);
    expect(slot.provisioned).toBe(false);
  });

  test('is none that was started for a request', () => {
    const { change, slots } = keeping(wanting(1));
    running(slots.open(version('shop'), { reserved: false, provisioned: false }));
    change(wanting(0));
    expect(slots.count()).toBe(1);
  });
});

describe('what fails', () => {
  test('to start is not tried again before it is configured anew, and says so', async () => {
    const { provision, change, started, status } = keeping(wanting(1), { starts: false });
    provision('shop');
    expect(status(version('shop')).failed).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    provision('shop');
    expect(started).toEqual(['1']);
    expect(status(version('shop'))).toEqual({ available: 0, allocated: 0, failed: true });
    change(wanting(1, { configured: 'twice' }));
    expect(started).toEqual(['1', '1']);
  });

  test('after it was ready is replaced', () => {
    const { provision, replace, slots, started } = keeping(wanting(1));
    provision('shop');
    const slot = running(slots.all()[0]);
    slots.drop(slot);
    replace(slot);
    expect(started).toEqual(['1', '1']);
  });

  test('before it was ready would fail again, and is not', () => {
    const { provision, replace, slots, started, status } = keeping(wanting(1));
    provision('shop');
    const [slot] = slots.all();
    if (!slot) throw new Error('nothing was started');
    slots.drop(slot);
    replace(slot);
    expect(started).toEqual(['1']);
    expect(status(version('shop')).failed).toBe(true);
  });
});

test('what is ready is told apart from what is on its way, by version', () => {
  const { provision, slots, status } = keeping(wanting(2));
  provision('shop');
  slots.open(version('shop', '2'), { reserved: false, provisioned: true });
  slots.open(version('shop'), { reserved: false, provisioned: false });
  running(slots.all()[0]);
  expect(status(version('shop'))).toEqual({ available: 1, allocated: 2, failed: false });
});
