/** How a stage is kept warm, as its schedule says. Pure. */
import type { GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { isRecord } from '../../http/json.ts';
import { readRecord } from '../build/json.ts';

export interface Keeping {
  readonly enabled: boolean;
  /** Environments. */
  readonly count: number;
  readonly minutes: number;
}

export function toKeeping({ State, ScheduleExpression, Target }: Partial<GetScheduleCommandOutput>): Keeping {
  return { enabled: State === 'ENABLED', count: toCount(Target?.Input), minutes: toMinutes(ScheduleExpression) };
}

function toMinutes(expression = ''): number {
  return Number(/^rate\((\d+) minutes?\)$/.exec(expression)?.[1] ?? 1);
}

/** None where somebody has it send something else. */
function toCount(input = ''): number {
  const { ping } = readRecord(parse(input), 'up');
  if (!isRecord(ping)) return 0;
  return typeof ping.count === 'number' ? ping.count : 1;
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return null;
  }
}
