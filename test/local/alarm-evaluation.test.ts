/** What an alarm makes of datapoints, by the examples of CloudWatch's manual for periods without data. */
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../local/alarms/evaluate.ts';
import type { Alarm, AlarmState } from '../../local/model.ts';

const noon = Date.UTC(2026, 10, 26, 12);

interface Asked {
  readonly of?: number;
  readonly needed?: number;
  readonly missing?: Alarm['TreatMissingData'];
  readonly before?: AlarmState;
}

/** `X` breaches, `0` does not, `-` is missing; the newest is the last, as the manual writes it. */
function find(periods: string, { of = 3, needed = of, missing, before = 'OK' }: Asked = {}) {
  const rule = {
    ...{ EvaluationPeriods: of, DatapointsToAlarm: needed, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' },
    ...{ StateValue: before, ...(missing && { TreatMissingData: missing }) },
  };
  const points = periods
    .split(' ')
    .toReversed()
    .map((sign, index) => ({ sign, timestamp: noon - index * 60_000, value: sign === 'X' ? 6 : 0 }))
    .filter(({ sign }) => sign !== '-');
  return evaluate(rule, points);
}

/** The state that was there before is none that an evaluation finds, so that one sees where it stays. */
const retained = 'INSUFFICIENT_DATA';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe('three of three', () => {
  test.each<[string, AlarmState, AlarmState, AlarmState, AlarmState]>([
    // periods, missing, ignore, breaching, notBreaching
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', retained, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', retained, 'ALARM', 'OK'],
    ['- X X - -', 'ALARM', retained, 'ALARM', 'OK'],
    ['X X - X -', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ])('%s', (periods, ...expected) => {
    const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
    expect(treatments.map((missing) => find(periods, { missing, before: retained }).state)).toEqual(expected);
  });
});

test.each<[string, number, number, AlarmState]>([
  ['X 0 X 0 0', 5, 2, 'ALARM'],
  ['X 0 0 0 0', 5, 2, 'OK'],
  ['0 0 0 0 X', 1, 1, 'ALARM'],
  ['X X X X 0', 1, 1, 'OK'],
])('%s, of the last %i at least %i', (periods, of, needed, state) => {
  expect(find(periods, { of, needed }).state).toBe(state);
});

test('without a word about missing data, none is not enough to tell', () => {
  expect(find('- - - - -').state).toBe('INSUFFICIENT_DATA');
});

describe('the reason is in the words of AWS', () => {
  test.each<[string, Asked, string]>([
    [
      'X',
      { of: 1 },
      'Threshold Crossed: 1 out of the last 1 datapoints [6.0 (26/11/26 12:00:00)] was greater than the threshold (5.0).',
    ],
    [
      '0 0',
      { of: 2 },
      'Threshold Crossed: 2 out of the last 2 datapoints [0.0 (26/11/26 12:00:00), 0.0 (26/11/26 11:59:00)] were not greater than the threshold (5.0).',
    ],
    [
      '-',
      { of: 1, missing: 'notBreaching' },
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    ['-', { of: 2 }, 'Insufficient Data: 2 datapoints were unknown.'],
  ])('%s', (periods, asked, reason) => {
    expect(find(periods, asked).reason).toBe(reason);
  });
});
