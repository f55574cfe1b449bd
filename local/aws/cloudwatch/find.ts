/** Finding an alarm by its name. */
import type { Alarm } from '../../model.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../error.ts';

export function findAlarm({ store }: Pick<Call, 'store'>, name: string, code = 'ResourceNotFound'): Alarm {
  const alarm = store.state.alarms[name];
  if (alarm) return alarm;
  throw new AwsError(code, `Unknown alarm: ${name}`);
}
