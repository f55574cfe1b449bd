/** Which environment an invocation gets. */
import { describe, expect, test } from 'vitest';
import { createAcquire } from '../../local/lambda/acquire.ts';
import type { Slot } from '../../local/lambda/slots.ts';
import type { LambdaFunction, State } from '../../local/model.ts';
import { happening, version } from './slots.ts';

/** Environments beside what acquires them; `reserve` is the reserved concurrency of the function. */
function acquiring({ room = true, reserve }: { readonly room?: boolean; readonly reserve?: number } = {}) {
  const { slots, open } = happening();
  // `as`: nothing else of it is looked at.
  const shop = { ...(reserve !== undefined && { reservedConcurrency: reserve }) } as LambdaFunction;
  const functions: State['functions'] = { shop };
  const acquire = createAcquire({
    functions,
    slots,
    hasRoom: () => room,
    open: async () => open('new', { reserved: true }),
  });
  return { slots, open, acquired: async () => acquire(version('shop')) };
}

const idOf = ({ environment }: Slot) => environment?.id;

describe('an invocation gets', () => {
  test('one that is idle, which is its own from then on', async () => {
    const { open, acquired } = acquiring();
    const idle = open('idle');
    expect(await acquired()).toBe(idle);
    expect(idle.reserved).toBe(true);
    expect(idOf(await acquired())).toBe('new');
  });

  test('one that becomes idle in a moment', async () => {
    const { slots, open, acquired } = acquiring();
    let state: 'busy' | 'idle' = 'busy';
    const busy = open('busy');
    Object.assign(busy.environment ?? {}, { state: () => state });
    const asked = acquired();
    setImmediate(() => {
      state = 'idle';
      slots.settled();
    });
    expect(await asked).toBe(busy);
  });

  test('a new one when none is about to be idle', async () => {
    const { open, acquired } = acquiring();
    open('of another', { of: 'blog' });
    open('spoken for', { reserved: true });
    expect(idOf(await acquired())).toBe('new');
  });
});

describe('an invocation is throttled', () => {
  test('where there is no room for another environment', async () => {
    const { open, acquired } = acquiring({ room: false });
    open('spoken for', { reserved: true });
    await expect(acquired()).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      fields: { Reason: 'ConcurrentInvocationLimitExceeded' },
    });
  });

  test('by the reserved concurrency of its function, an idle environment or not', async () => {
    const { open, acquired } = acquiring({ reserve: 1 });
    open('spoken for', { reserved: true });
    open('idle');
    await expect(acquired()).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
  });
});
