/**
 * The composition root: settings and an app that is kept become one handler. The hosts (Lambda, by our own loop or AWS's
 * client, and `up start`) differ only in what they do with it.
 */
import type { Log } from '../http/log.ts';
import type { Handler } from '../http/message.ts';
import { compileRedaction } from '../http/redact.ts';
import { createRequestIds } from '../http/request-ids.ts';
import { metrics } from '../middleware/logs/metrics.ts';
import { createRefusals, type Refusals } from '../middleware/refusals.ts';
import { stack } from '../middleware/stack.ts';
import { createLog, type LineWriter } from './log.ts';
import { noApp } from './no-app.ts';
import { type Background, createBackground } from './relay/background.ts';
import { type Keeper, keep } from './relay/keeper.ts';
import type { AppCommand, AppProcess } from './relay/process.ts';
import { relay } from './relay/relay.ts';
import type { OutputOptions } from './relay/run.ts';
import type { Settings } from './settings.ts';

/** A running app, as the relay and the hosts need it. */
export interface KeptApp {
  readonly keeper: Keeper;
  readonly background: Background;
}

export interface ProxyOptions {
  readonly settings: Settings;
  readonly app: (log: Log, output: OutputOptions) => KeptApp;
  readonly environment: NodeJS.ProcessEnv;
  /** The folder of the app's files. */
  readonly dir: string;
  readonly logTo?: LineWriter;
}

export interface Proxy extends KeptApp {
  readonly handler: Handler;
  readonly refusals: Refusals;
  readonly log: Log;
}

export async function createProxy({ settings, app, environment, dir, logTo }: ProxyOptions): Promise<Proxy> {
  const { stdout, stderr, redact, metrics: namespace } = settings.logs;
  const identity = {
    app: settings.name,
    stage: settings.stage,
    version: environment.AWS_LAMBDA_FUNCTION_VERSION ?? 'local',
    commit: environment.UP_COMMIT ?? '',
  };
  const level = logLevel(environment.LOG_LEVEL);
  const { log, output, emit } = createLog({ identity, level, ...(logTo && { destination: logTo }) });
  const redaction = compileRedaction(redact);
  const requestIds = createRequestIds();
  const kept = app(log, { log: output, stdout, stderr, redaction, requestIds });
  const logging = { redaction, requestIds, metrics: metrics({ namespace: toNamespace(namespace), identity, emit }) };
  const { timeout, timeouts } = settings.proxy;
  const features = { log, features: settings, dir, ...logging };
  const handler = await stack(features, relay({ ...kept, timeout, timeouts, ...headLimit(settings, environment) }));
  return { ...kept, handler, refusals: createRefusals(features), log };
}

/** Keeps an app of our own, whose runs `start` starts. */
export function keepApp(
  { app, proxy }: Settings,
  start: (run: number, app: AppCommand) => Promise<AppProcess>,
): ProxyOptions['app'] {
  if (app === null) return noApp;
  const { command } = app;
  return (log, output) => {
    const background = createBackground({ log, seconds: proxy.background });
    const listenTimeout = proxy.listen_timeout;
    const keeper = keep({ log, background, command, listenTimeout, output, start: (run) => start(run, app) });
    return { keeper, background };
  };
}

/**
 * https://nodejs.org/api/cli.html#--max-http-header-sizesize: 16 KiB unless the app raises it. A little is left for what
 * the connection to the app adds.
 */
const nodeHeadBytes = 16 * 1024 - 128;

function headLimit({ app }: Settings, { NODE_OPTIONS = '' }: NodeJS.ProcessEnv): { maxHeadBytes?: number } {
  if (app === null) return {};
  const raised = `${app.command} ${NODE_OPTIONS}`.includes('max-http-header-size');
  return app.node && !raised ? { maxHeadBytes: nodeHeadBytes } : {};
}

function toNamespace(configured: boolean | string): string | null {
  if (typeof configured === 'string') return configured;
  return configured ? 'up' : null;
}

/**
 * `LOG_LEVEL` is the app's, which may well be at "error"; the records of requests do not depend on it. At "debug" we say
 * more, too.
 */
function logLevel(name: string | undefined): 'debug' | 'info' {
  return name?.toLowerCase() === 'debug' ? 'debug' : 'info';
}
