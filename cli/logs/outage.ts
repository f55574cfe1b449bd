/** Lets `up logs -f` go on after AWS could not be reached for a while, as after a laptop has slept. */
import type { Reporter } from '../output/reporter.ts';
import { toUpError } from '../to-up-error.ts';

export interface Outage {
  /** Whether to look again after this failure. It is said once. */
  began(error: unknown): boolean;
  /** It was looked, without a failure. */
  over(): void;
}

export function createOutage(report: Pick<Reporter, 'warn' | 'info'>): Outage {
  let isOut = false;
  return {
    began(error) {
      const { code, message } = toUpError(error);
      if (code !== 'UP_AWS_UNAVAILABLE') return false;
      if (!isOut) report.warn('Outage', `${message}. It goes on when that is over`);
      isOut = true;
      return true;
    },
    over() {
      if (isOut) report.info('Outage', 'over');
      isOut = false;
    },
  };
}
