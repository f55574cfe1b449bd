/** The inspector of `up start`: a page of its own, on a port of its own, that shows what the log tells. */
import { createServer } from 'node:http';
import { createFeed, type Feed } from '../../../local/inspector/feed.ts';
import { createInspector, inspectorPath } from '../../../local/inspector/inspector.ts';
import type { Lane } from '../../../local/lambda/onlookers.ts';
import { listenFrom } from '../../../local/listen.ts';
import { type LogRecord, toRecord } from '../../logs/record.ts';
import { inspectorDir } from '../../paths.ts';
import type { StartLog } from './log.ts';

export interface Inspected {
  readonly app: string;
  readonly stage: string;
  /** Requests and what took their time are told by the front door and the environments. */
  readonly lambda: boolean;
}

/** A log that the inspector's feed follows. */
export function inspectedLog(log: StartLog, { app, stage, lambda }: Inspected): { log: StartLog; feed: Feed } {
  const feed = createFeed();
  return {
    feed,
    log: {
      ...log,
      destination: {
        write(line) {
          log.destination.write(line);
          feed.line({ app, message: line.trimEnd() });
          if (lambda) return;
          const { message, fields } = toRecord(line, Date.now());
          if (message === 'response') tellRequest(feed, { app, qualifier: stage }, fields);
        },
      },
    },
  };
}

/** Without environments all of a request's time is that of the app and its middleware. */
function tellRequest(
  feed: Feed,
  who: { readonly app: string; readonly qualifier: string },
  { request_id, method, path, query, status, duration, cold }: LogRecord['fields'],
): void {
  const [requestId, run] = [String(request_id), Number(duration)];
  const timing = { queued: 0, init: 0, run, frozen: 0 };
  feed.invocation({ ...who, requestId, version: '', environment: '', cold: cold === true, failed: false, timing });
  const target = query ? `${path}?${query}` : String(path);
  feed.request({ ...who, requestId, method: String(method), path: target, status: Number(status), duration: run });
}

/** Loopback only, on the first free port from here; what the local platform serves begins above. */
const firstPort = 4070;

/** `lanes` are null where there are no environments. */
export async function openInspector(
  feed: Feed,
  lanes: () => readonly Lane[] | null,
): Promise<{ readonly url: string; close(): void }> {
  const view = () => ({ title: 'start', lanes: lanes(), apps: null });
  const inspector = createInspector({ feed, view, page: inspectorDir });
  const server = createServer((req, res) => {
    if (inspector.serves(req)) void inspector.serve(req, res);
    else res.writeHead(302, { location: inspectorPath }).end();
  });
  const port = await listenFrom(server, firstPort);
  // It is no reason to stay.
  server.unref();
  return {
    url: `http://localhost:${port}`,
    close() {
      inspector.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
