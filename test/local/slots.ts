/** Functions and environments as the tests of slots need them: a name and a revision, and what each says of itself. */
import { revisionOf } from '../../local/lambda/concurrency.ts';
import type { Environment } from '../../local/lambda/environment.ts';
import { createSlots, type Slot } from '../../local/lambda/slots.ts';
import type { FunctionVersion } from '../../local/model.ts';

export function version(name: string, number = '1'): FunctionVersion {
  // `as`: nothing else of it is looked at.
  return { FunctionName: name, Version: number, CodeSha256: 'code', RevisionId: number } as FunctionVersion;
}

export function revision(name: string, number = '1'): string {
  return revisionOf(version(name, number));
}

interface Standing {
  readonly state?: ReturnType<Environment['state']>;
  readonly idleFor?: number;
  readonly reserved?: boolean;
  readonly provisioned?: boolean;
  readonly of?: string;
}

/** What happened to environments, in order. */
export function happening() {
  const slots = createSlots();
  const told: string[] = [];
  let over = () => {};
  function open(id: string, { state = 'idle', idleFor = 0, of = 'shop', ...how }: Standing = {}): Slot {
    const slot = slots.open(version(of), { reserved: false, provisioned: false, ...how });
    slot.environment = {
      id,
      pid: () => 0,
      state: () => state,
      idleFor: () => idleFor,
      invoke: () => Promise.reject(new Error('nothing is asked here')),
      retire: () => {
        told.push(`${id} retires`);
        return new Promise((resolve) => {
          over = resolve;
        });
      },
      kill: () => told.push(`${id} is killed`),
    };
    return slot;
  }
  return { slots, told, open, end: () => over() };
}
