/** The state of alarms by hand, and whether they tell anybody of it. */
import type { AlarmState } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { invalid, read } from './alarm-settings.ts';
import { findAlarm } from './find.ts';

const states: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** It holds until the alarm looks at its metric again. */
export function setAlarmState(call: Call, input: Input): Output {
  const alarm = findAlarm(call, read.needText(input, 'AlarmName'));
  const wanted = read.needText(input, 'StateValue');
  const state = states.find((known) => known === wanted);
  if (state === undefined) throw invalid(`StateValue must be one of ${states.join(', ')}.`);
  call.alarms.setState(alarm, state, read.needText(input, 'StateReason'), read.text(input, 'StateReasonData'));
  return undefined;
}

export function enableAlarmActions(call: Call, input: Input): Output {
  return switchActions(call, input, true);
}

export function disableAlarmActions(call: Call, input: Input): Output {
  return switchActions(call, input, false);
}

function switchActions({ store }: Call, input: Input, enabled: boolean): Output {
  for (const name of read.texts(input, 'AlarmNames') ?? []) {
    const alarm = store.state.alarms[name];
    if (alarm) alarm.ActionsEnabled = enabled;
  }
  return undefined;
}
