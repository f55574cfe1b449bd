/**
 * `--request`: everything of one request. What carries the id is found by it. What the app printed meanwhile does not
 * always: of an environment that serves one request at a time it is what stands between START and END.
 */
import type { Fetch, LogEvent } from './fetch.ts';
import { mergePages } from './merge.ts';
import { toRecord } from './record.ts';

export interface RequestQuery {
  /** The id, or its beginning. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until?: number | undefined;
}

/** Oldest first. */
export async function readRequest(fetch: Fetch, { id, since, until }: RequestQuery): Promise<LogEvent[]> {
  const found = await collect([fetch({ from: since, to: until, pattern: `"${id}"` })]);
  const own = found.filter((event) => idOf(event)?.startsWith(id) === true);
  const ids = new Set(own.map(idOf));
  const around = await Promise.all(spansOf(own).map((span) => betweenMarks(fetch, span, ids)));
  const all = new Map([...own, ...around.flat()].map((event) => [event.id, event]));
  return [...all.values()].sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
}

async function collect(fetches: readonly AsyncIterable<LogEvent[]>[]): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for await (const page of mergePages(fetches)) events.push(...page);
  return events;
}

function idOf({ message, timestamp }: LogEvent): string | undefined {
  const id = toRecord(message, timestamp).fields.request_id;
  return typeof id === 'string' ? id : undefined;
}

interface StreamSpan {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

/** From the first to the last line of each request in each environment. */
function spansOf(events: readonly LogEvent[]): StreamSpan[] {
  const spans = new Map<string, StreamSpan>();
  for (const event of events) {
    const key = `${event.stream} ${idOf(event)}`;
    const { from, to } = spans.get(key) ?? { from: event.timestamp, to: event.timestamp };
    const { stream, timestamp } = event;
    spans.set(key, { stream, from: Math.min(from, timestamp), to: Math.max(to, timestamp) });
  }
  return [...spans.values()];
}

/** Lines without an id of their own, from a START of one of these requests to its END. */
async function betweenMarks(
  fetch: Fetch,
  { stream, from, to }: StreamSpan,
  ids: ReadonlySet<string | undefined>,
): Promise<LogEvent[]> {
  const events = await collect([fetch({ from, to, pattern: '', stream })]);
  const open = new Set<string>();
  return events.filter((event) => {
    const [, mark, id = ''] = /^(START|END) RequestId: (\S+)/.exec(event.message) ?? [];
    if (mark === 'START') open.add(id);
    if (mark === 'END') open.delete(id);
    // Where several are served at a time, nobody can tell whose a line without an id is.
    const [only] = open;
    return open.size === 1 && ids.has(only) && idOf(event) === undefined;
  });
}
