/** `up logs`, put together: which events, from which position, in which form. */
import type { Session } from '../aws/session.ts';
import type { Context } from '../command.ts';
import { wantsColor } from '../io.ts';
import { createStyle, isUnicode } from '../output/style.ts';
import { type Cursor, readCursor, saveCursor } from './cursor.ts';
import { createDays } from './day.ts';
import { watchDelay } from './delay.ts';
import { createFetch, type Fetch } from './fetch.ts';
import { toFilter } from './filter.ts';
import { createLastLog } from './last-log.ts';
import { explainNothing, requireStage } from './named.ts';
import { createOrigins } from './origin.ts';
import { createOutage } from './outage.ts';
import { createPosition, overlapMs, type Position } from './position.ts';
import { asksForStage } from './query/lines.ts';
import { parseQuery } from './query/parse.ts';
import { createQuery, type Query } from './query/query.ts';
import { paceOf, type Reading, readLast, readPages } from './read.ts';
import type { LogRecord } from './record.ts';
import { createReleaseIndex } from './release-index.ts';
import { renderJson, renderRecord } from './render.ts';
import { readRequest } from './request.ts';
import type { Settings } from './settings.ts';
import { createShow, type Show } from './show.ts';
import { createStackMapper } from './stack.ts';

interface Work {
  readonly context: Context;
  readonly settings: Settings;
  readonly session: Session;
  readonly app: string;
  readonly query: Query;
  readonly fetch: Fetch;
  readonly show: Show;
  /** Rejects when nothing can be shown because what a flag names is not there. */
  explain(): Promise<void>;
}

export async function runLogs(context: Context, settings: Settings): Promise<void> {
  const project = await context.project();
  const { dir, config } = project;
  const asked = parseQuery(settings.query, { stages: Object.keys(config.stages) });
  const asJson = context.flags.json || !context.io.stdoutIsTty;
  const filter = toFilter(settings);
  const everything = asJson || settings.expand || settings.request !== undefined;
  const query = createQuery(asked, filter, { marks: everything });
  const session = await context.session();
  const app = config.name;
  const fetch = createFetch(session, app);
  const releases = createReleaseIndex(session, app);
  const show = createShow(context.io, {
    query,
    originOf: createOrigins([asked, filter].some((part) => part && asksForStage(part)) ? releases : null),
    addLastLog: createLastLog(fetch),
    mapRecord: createStackMapper(dir, releases, { note: !asJson }),
    render: asJson ? renderJson : forPeople(context, settings),
  });
  const named = { project, settings, releases, local: session.local };
  if (settings.follow) await requireStage(named);
  const work: Work = { context, settings, session, app, query, show, fetch, explain: () => explainNothing(named) };
  await (settings.request === undefined ? showLog(work) : showRequest(work, settings.request));
}

function forPeople({ io, flags }: Context, { expand }: Settings): (record: LogRecord) => string {
  const style = createStyle({ color: wantsColor(io.env, io.stdoutIsTty, flags.color), unicode: isUnicode(io.env) });
  const dayBefore = createDays(Date.now());
  return (record) => {
    const day = dayBefore(record.timestamp);
    return `${day && `${style.dim(day)}\n`}${renderRecord(record, { style, expand, columns: io.columns })}`;
  };
}

async function showRequest({ context, settings, fetch, show, explain }: Work, id: string): Promise<void> {
  const { since, until } = settings;
  const shown = await show.page(await readRequest(fetch, { id, since, until }));
  if (shown > 0) return;
  await explain();
  // An id is copied from somewhere, so finding nothing is always worth a word.
  context.report.info('Nothing', `of request ${id} in this time${further(settings)}`);
}

async function showLog(work: Work): Promise<void> {
  const { context, settings, app, session, query, fetch } = work;
  const cursor = settings.cursor === undefined ? null : await readCursor(settings.cursor, app);
  const stop = new AbortController();
  const reading: Reading = {
    fetch,
    patterns: query.patterns,
    position: startingAt(settings, cursor),
    until: settings.until,
    pace: settings.follow ? paceOf(session) : undefined,
    signal: stop.signal,
    outage: createOutage(context.report),
  };
  const done = settings.follow ? follow(work, reading) : history(work, reading);
  // Ctrl-C is how following ends: what has been read is written out, and the cursor says so.
  if (settings.follow) {
    context.onInterrupt(async () => {
      stop.abort();
      await done.catch(() => {});
    });
  }
  await done;
}

/** A cursor knows better than --since: what came meanwhile is not to be left out. */
function startingAt({ since }: Settings, cursor: Cursor | null): Position {
  return cursor === null ? createPosition(since) : createPosition(cursor.newest - overlapMs, cursor);
}

async function history(work: Work, reading: Reading): Promise<void> {
  const shown = (await showLast(work, reading)) ?? (await showPages(work, reading));
  if (shown > 0) return;
  await work.explain();
  if (work.context.io.stdoutIsTty)
    work.context.report.info('Nothing', `like that in this time${further(work.settings)}`);
}

async function follow(work: Work, reading: Reading): Promise<void> {
  const { context, session, settings } = work;
  if (context.io.stdoutIsTty) {
    const behind = session.local ? 'less than 1 s' : `about ${paceOf(session).every / 1000} s`;
    context.report.info('Following', `${settings.stage ?? work.app}, ${behind} behind. Ctrl-C to stop.`);
  }
  await showLast(work, reading);
  await showPages(work, reading);
}

/** With --count; null without. */
async function showLast({ settings, show }: Work, reading: Reading): Promise<number | null> {
  if (settings.count === undefined) return null;
  return show.page(await readLast(reading, settings.count, show.isWanted));
}

async function showPages({ context, settings, app, show }: Work, reading: Reading): Promise<number> {
  const delay = watchDelay(context.report, reading.pace !== undefined);
  const save = async () => {
    if (settings.cursor !== undefined) await saveCursor(settings.cursor, app, reading.position);
  };
  let shown = 0;
  let saved = performance.now();
  try {
    for await (const page of readPages(reading)) {
      shown += await show.page(page);
      delay.note(page);
      // Once a second: a reader that is killed outright sees at most that much again.
      if (performance.now() - saved < 1_000) continue;
      await save();
      saved = performance.now();
    }
  } finally {
    await save();
  }
  return shown;
}

function further({ since }: Settings): string {
  const day = 86_400_000;
  return since > Date.now() - day ? ': -S 1d looks further back' : '';
}
