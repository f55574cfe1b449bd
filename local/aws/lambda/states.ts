/**
 * The states of a function: Pending while it is made, InProgress while it changes. Without lag both are over at once.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
import type { FunctionVersion } from '../../model.ts';
import type { Call } from '../call.ts';
import { toFunctionArn } from '../identity.ts';
import { conflict } from './find.ts';

/** When what begins now will be seen, epoch milliseconds; nothing without lag. */
export function soon({ lag = 0, now }: Pick<Call, 'lag' | 'now'>): number | undefined {
  return lag > 0 ? now() + lag : undefined;
}

/** As members of a FunctionConfiguration. */
export function showState({ activeAt = 0, updatedAt = 0 }: FunctionVersion, time: number): Record<string, string> {
  const state =
    activeAt > time
      ? { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' }
      : { State: 'Active' };
  const update =
    updatedAt > time
      ? {
          LastUpdateStatus: 'InProgress',
          LastUpdateStatusReason: 'The function is being created.',
          LastUpdateStatusReasonCode: 'Creating',
        }
      : { LastUpdateStatus: 'Successful' };
  return { ...state, ...update } as Record<string, string>;
}

/** Throws for a function that is not ready to be changed or published. */
export function checkChangeable(version: FunctionVersion, time: number): void {
  checkInvocable(version, time);
  if ((version.updatedAt ?? 0) <= time) return;
  const arn = toFunctionArn(version.FunctionName);
  throw conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);
}

/** Throws for a version that cannot run yet. */
export function checkInvocable(version: FunctionVersion, time: number): void {
  if ((version.activeAt ?? 0) <= time) return;
  throw conflict(
    'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  );
}
