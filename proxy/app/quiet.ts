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
    // Otherwise it would count itself, and keep an app from ending.
    poll.unref();
    process.nextTick(look);
  });

  function look(): void {
    if (requests.inFlight() > 0 || work.pending() > 0 || !isWithin(resources(), before)) return;
    clearInterval(poll);
    tell({ quiet: true });
  }
}

/** Node opens them with the first word that is said, and what is open then is not work that goes on. */
function openOutput(): void {
  try {
    void [process.stdout, process.stderr];
  } catch {
    // Closed, or nothing that Node knows.
  }
}

/** What keeps the event loop alive, by kind: https://nodejs.org/api/process.html#processgetactiveresourcesinfo */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // The look itself may come from one.
  counts.delete('Immediate');
  return counts;
}

function isWithin(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...now].every(([kind, count]) => count <= (before.get(kind) ?? 0));
}
