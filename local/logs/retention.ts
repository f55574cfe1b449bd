/** Ends events of log groups with their retention, a while after they are due, as CloudWatch does. */
import type { Clock } from '../clock.ts';
import type { State } from '../model.ts';
import type { LogStore } from './store.ts';

const everyMs = 3_600_000;
const dayMs = 86_400_000;

/** Once now, and then every hour. Gives what ends it. */
export function keepRetention(logs: LogStore, state: Pick<State, 'logGroups'>, clock: Clock): () => void {
  for (const { logGroupName, retentionInDays } of Object.values(state.logGroups))
    if (retentionInDays !== undefined) logs.expire(logGroupName, clock.now() - retentionInDays * dayMs);
  let end = clock.after(everyMs, () => {
    end = keepRetention(logs, state, clock);
  });
  return () => end();
}
