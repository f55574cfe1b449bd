/** Says when what is shown is older than one would think: CloudWatch, or this reader, is behind. */
import { duration } from '../output/format.ts';
import type { Reporter } from '../output/reporter.ts';
import type { LogEvent } from './fetch.ts';

/** As late as a line may be and still be found by the next look. */
const lateMs = 10_000;

export interface Delay {
  note(page: readonly LogEvent[]): void;
}

/** Only once the history is through: `isLive` when it follows. Says it once, and again after it has caught up. */
export function watchDelay(report: Pick<Reporter, 'warn'>, isLive: boolean, now: () => number = Date.now): Delay {
  const started = now();
  let said = false;
  return {
    note(page) {
      const newest = Math.max(...page.map(({ timestamp }) => timestamp));
      if (!isLive || newest < started) return;
      const late = now() - newest;
      if (late < lateMs) {
        said = false;
        return;
      }
      if (!said) report.warn('Behind', `these lines are ${duration(late)} old; later ones are still to come`);
      said = true;
    },
  };
}
