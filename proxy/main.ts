/**
 * The composition root: settings and an app that is kept become one handler. The hosts (Lambda, by our own loop or AWS's
 * client, and `up start`) differ only in what they do with it.
 */
import type { DestinationStream } from 'pino';
import type { Level, Log } from '../http/log.ts';
import type { Handler } from '../http/message.ts';
import { stack } from '../middleware/stack.ts';
import { createLog } from './log.ts';
import { noApp } from './no-app.ts';
import { type Background, createBackground } from './relay/background.ts';
import { type Keeper, keep } from './relay/keeper.ts';
import type { AppCommand, AppProcess } from './relay/process.ts';
import { relay } from './relay/relay.ts';
import type { Settings } from './settings.ts';

/** A running app, as the relay and the hosts need it. */
export interface KeptApp {
  readonly keeper: Keeper;
  readonly background: Background;
}

export interface ProxyOptions {
  readonly settings: Settings;
  readonly app: (log: Log) => KeptApp;
  readonly environment: NodeJS.ProcessEnv;
  /** The folder of the app's files. */
  readonly dir: string;
  readonly logTo?: DestinationStream;
}

export interface Proxy extends KeptApp {
  readonly handler: Handler;
  readonly log: Log;
}

export function createProxy({ settings, app, environment, dir, logTo }: ProxyOptions): Proxy {
  const log = createLog({
    identity: {
      app: settings.name,
      stage: settings.stage,
      version: environment.AWS_LAMBDA_FUNCTION_VERSION ?? 'local',
      commit: environment.UP_COMMIT ?? '',
    },
    level: logLevel(environment.LOG_LEVEL),
    ...(logTo && { destination: logTo }),
  });
  const kept = app(log);
  const { timeout, timeouts } = settings.proxy;
  const handler = stack(
    { log, features: settings, dir },
    relay({ ...kept, timeout, timeouts, ...headLimit(settings, environment) }),
  );
  return { ...kept, handler, log };
}

/** Keeps an app of our own, whose runs `start` starts. */
export function keepApp(
  { app, proxy, logs }: Settings,
  start: (run: number, app: AppCommand) => Promise<AppProcess>,
): (log: Log) => KeptApp {
  if (app === null) return noApp;
  return (log) => {
    const background = createBackground({ log, seconds: proxy.background });
    const keeper = keep({
      log,
      background,
      command: app.command,
      listenTimeout: proxy.listen_timeout,
      logs,
      start: (run) => start(run, app),
    });
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

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error', 'fatal'];

function logLevel(name: string | undefined): Level {
  return levels.find((level) => level === name?.toLowerCase()) ?? 'info';
}
