/**
 * Tells when nothing goes on any more after the last answer, for `proxy.background`: no promise that was handed over,
 * and no timer, connection, file or process beyond what there was before the request came.
 */
import type { Tell } from './report.ts';
import type { Requests } from './requests.ts';
import type { Work } from './wait-until.ts';

const pollMs = 20;

export function reportQuiet(tell: Tell, requests: Requests, work: Work): void {
  let before: ReadonlyMap<string, number> = new Map();
  let poll: NodeJS.Timeout | undefined;

  requests.onBusy(() => {
    clearInterval(poll);
    openOutput();
    before = resources();
  });
  requests.onIdle(() => {
    clearInterval(poll);
    poll = setInterval(look, pollMs);
    // A timer that is not unref'd would count as work itself, and keep the app from ending.
    poll.unref();
    process.nextTick(look);
  });

  function look(): void {
    if (requests.inFlight() > 0 || work.pending() > 0 || !isWithin(resources(), before)) return;
    clearInterval(poll);
    tell({ quiet: true });
  }
}

/**
 * Opens stdout and stderr, which Node otherwise opens at the first write: opened during a request they would look like
 * work that goes on.
 */
function openOutput(): void {
  try {
    void [process.stdout, process.stderr];
  } catch {
    // The descriptor is closed, or of a type that Node does not support.
  }
}

/** What keeps the event loop alive, by kind: https://nodejs.org/api/process.html#processgetactiveresourcesinfo */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // This very check may have been scheduled by one.
  counts.delete('Immediate');
  return counts;
}

function isWithin(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...now].every(([kind, count]) => count <= (before.get(kind) ?? 0));
}
