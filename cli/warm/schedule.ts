/** How a stage is kept warm, as its schedule says. Pure. */
import type { GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';

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

function toCount(input = '{}'): number {
  const { up } = JSON.parse(input) as { up?: { ping?: { count?: number } } };
  return up?.ping?.count ?? 1;
}
