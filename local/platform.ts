/**
 * The local platform: one endpoint for the AWS APIs, front doors for deployed apps, execution environments behind them,
 * state on disk. One platform per state directory.
 */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { readPolicyFile } from './access/policy-file.ts';
import { createAlarmRunner } from './alarms/runner.ts';
import { createAccess } from './aws/access/access.ts';
import { isFromWebPage } from './aws/guard.ts';
import { createAws } from './aws/router.ts';
import { createThrottle } from './aws/throttle.ts';
import { type Clock, systemClock } from './clock.ts';
import { claimEndpoint, type Endpoint, healthPath } from './endpoint.ts';
import { keepAliveMs, maxHeadBytes } from './gateway/front.ts';
import { createFrontDoors, type LocalFrontDoors } from './gateway/front-doors.ts';
import { createFeed, type Feed } from './inspector/feed.ts';
import { createInspector, type Inspector } from './inspector/inspector.ts';
import { rollBack } from './inspector/roll-back.ts';
import { viewApps } from './inspector/view.ts';
import { openJournal } from './lambda/event-journal.ts';
import { createEvents } from './lambda/events.ts';
import { createFleet } from './lambda/fleet.ts';
import type { LogSink } from './lambda/function-log.ts';
import { endLeftovers } from './lambda/leftovers.ts';
import { listenFrom } from './listen.ts';
import { keepRetention } from './logs/retention.ts';
import { type LogStore, openLogs } from './logs/store.ts';
import { createMetrics } from './metrics/store.ts';
import type { Engine, Message } from './model.ts';
import { createScheduleRunner } from './scheduler/runner.ts';
import { openStore, type Store } from './state.ts';
import { createPublisher } from './topics/publisher.ts';
import { withResolvers } from './with-resolvers.ts';

export interface PlatformOptions {
  /** The state directory. */
  readonly dir: string;
  readonly port: number;
  /** The module that stands for AWS's own Node runtime client. */
  readonly nodeRuntime: string;
  /** The folder with the inspector's page. */
  readonly inspector?: string;
  /** Told of every AWS call. */
  readonly onCall?: (service: string, operation: string) => void;
  /** A file with the IAM policy of whoever calls. Without one, everything is allowed. */
  readonly policy?: string;
  /** Milliseconds until a change is seen and calls are throttled, as on AWS; none when left out. */
  readonly lag?: number;
  /** Milliseconds an environment may stay idle. */
  readonly idleLimit?: number;
  /** Milliseconds an init may take. */
  readonly initLimit?: number;
  /** Of schedules, alarms and repeated events. */
  readonly clock?: Clock;
  /** Told of mails and text messages, which only `/_local/messages` shows otherwise. */
  readonly onMessage?: (message: Message) => void;
}

export interface Platform {
  readonly endpoint: Endpoint;
  /** Where an unreadable state was set aside in favour of the one before it; normally null. */
  readonly recovered: string | null;
  /** Ends every environment and front door; the state stays. */
  close(): Promise<void>;
}

/**
 * Rejects with a `PlatformRunning` error when another platform serves this directory, and with a `PolicyError` or that of
 * the file system when the policy is of no use.
 */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const { dir, policy, lag = 0, clock = systemClock } = options;
  if (policy !== undefined) await readPolicyFile(policy);
  const claim = await claimEndpoint(dir);
  const store = await openStore(dir);
  const logs = await openLogs(join(dir, 'logs'));
  const endRetention = keepRetention(logs, store.state, clock);
  const metrics = createMetrics(clock.now);
  endLeftovers(dir);
  await store.collect();
  // It serves the front doors that are found by name, too.
  const server = createServer({ maxHeaderSize: maxHeadBytes });
  server.keepAliveTimeout = keepAliveMs;
  // Clients may connect as soon as the port is open; their requests wait until the platform is ready.
  const { promise: opened, resolve: open } = withResolvers<RequestListener>();
  server.on('request', (req, res) => void opened.then((answer) => answer(req, res)));
  const port = await listenFrom(server, options.port);
  const url = `http://127.0.0.1:${port}`;
  const feed = createFeed();
  const fleet = createFleet({
    store,
    metrics,
    endpoint: url,
    mark: dir,
    nodeRuntime: options.nodeRuntime,
    onInvocation: feed.invocation,
    sink: functionSink({ feed, logs, store }),
    ...(options.idleLimit !== undefined && { idleLimit: options.idleLimit }),
    ...(options.initLimit !== undefined && { initLimit: options.initLimit }),
  });
  const frontDoors = createFrontDoors({
    state: store.state,
    dispatch: fleet.dispatch,
    metrics,
    firstPort: port + 1,
    onRequest: feed.request,
  });
  const engine: Engine = fleet;
  const events = createEvents(engine, clock, {
    journal: openJournal(join(dir, 'events')),
    config: ({ functionName, qualifier = '$LATEST' }) => store.state.functions[functionName]?.eventInvoke?.[qualifier],
  });
  const schedules = createScheduleRunner({ store, events, clock });
  const publisher = createPublisher({
    ...{ store, events, clock },
    ...(options.onMessage && { onMessage: options.onMessage }),
  });
  const alarms = createAlarmRunner({ store, metrics, events, publisher, clock });
  const aws = createAws({
    store,
    logs,
    metrics,
    engine,
    events,
    schedules,
    alarms,
    publisher,
    frontDoors,
    ...(options.onCall && { onCall: options.onCall }),
    ...(lag > 0 && { lag, throttle: createThrottle(clock.now) }),
    ...(policy !== undefined && {
      access: createAccess(() => readPolicyFile(policy)),
      policy: () => readPolicyFile(policy),
    }),
  });
  await frontDoors.openAll();
  await store.save();
  const inspector = createInspector({
    feed,
    view: () => ({ title: 'local', lanes: fleet.lanes(), apps: viewApps(store.state, frontDoors.urlOf) }),
    async rollBack(body) {
      const refusal = rollBack(store.state, body);
      if (refusal !== null) return refusal;
      for (const name of Object.keys(store.state.functions)) fleet.refresh(name);
      await store.save();
      return null;
    },
    page: options.inspector,
  });
  open(answerAll({ frontDoors, inspector, aws }));
  const endpoint = await claim.publish(url);
  schedules.changed();
  await events.resume();
  alarms.changed();
  for (const name of Object.keys(store.state.functions)) fleet.refresh(name);
  return {
    endpoint,
    recovered: store.recovered,
    async close() {
      inspector.close();
      server.close();
      server.closeAllConnections();
      frontDoors.closeAll();
      schedules.close();
      alarms.close();
      publisher.close();
      events.close();
      endRetention();
      await fleet.close();
      await logs.flush();
      await store.save();
      await claim.release();
    },
  };
}

interface Printed {
  readonly feed: Pick<Feed, 'line'>;
  readonly logs: Pick<LogStore, 'put'>;
  readonly store: Pick<Store, 'state'>;
}

/** What functions print goes to the inspector and into their log groups. */
function functionSink({ feed, logs, store }: Printed): LogSink {
  return (group, stream, events) => {
    for (const { message } of events) feed.line({ app: group.replace(/^\/aws\/lambda\//, ''), message });
    // As on Lambda: without a log group there is no permission to make one, and lines are lost.
    if (store.state.logGroups[group]) logs.put(group, stream, events);
  };
}

interface Answering {
  readonly frontDoors: LocalFrontDoors;
  readonly inspector: Inspector;
  readonly aws: RequestListener;
}

/** All that comes to the platform's own port: for a front door that is called so, else for the platform. */
function answerAll({ frontDoors, inspector, aws }: Answering): RequestListener {
  return (req, res) => {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '');
    if (host.endsWith('.localhost') && frontDoors.serveByName(host, req, res)) return;
    if (frontDoors.serveByDomain(host, req, res)) return;
    if (isHealthCheck(req)) return void res.end(JSON.stringify({ pid: process.pid }));
    if (inspector.serves(req)) return void inspector.serve(req, res);
    aws(req, res);
  };
}

/** Asked by commands that look for the platform, without credentials. */
function isHealthCheck({ method, url, headers }: IncomingMessage): boolean {
  return method === 'GET' && url === healthPath && !isFromWebPage(headers);
}
