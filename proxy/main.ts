/**
 * The composition root: settings and a way to start the app become one handler and the keeper behind it. The hosts
 * (Lambda, by our own loop or AWS's client, and `up start`) differ only in what they do with the handler.
 */
import type { DestinationStream } from 'pino';
import type { Level, Log } from '../http/log.ts';
import type { Handler } from '../http/message.ts';
import { stack } from '../middleware/stack.ts';
import { createLog } from './log.ts';
import { type Keeper, keep } from './relay/keeper.ts';
import type { AppProcess } from './relay/process.ts';
import { relay } from './relay/relay.ts';
import type { Settings } from './settings.ts';

export interface ProxyOptions {
  readonly settings: Settings;
  readonly start: (restarts: number) => Promise<AppProcess>;
  readonly environment: NodeJS.ProcessEnv;
  readonly logTo?: DestinationStream;
}

export interface Proxy {
  readonly handler: Handler;
  readonly keeper: Keeper;
  readonly log: Log;
}

export function createProxy({ settings, start, environment, logTo }: ProxyOptions): Proxy {
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
  const keeper = keep({
    log,
    command: settings.app.command,
    listenTimeout: settings.proxy.listen_timeout,
    logs: settings.logs,
    start,
  });
  const handler = stack(
    { log },
    relay({ keeper, timeout: settings.proxy.timeout, ...headLimit(settings, environment) }),
  );
  return { handler, keeper, log };
}

/**
 * https://nodejs.org/api/cli.html#--max-http-header-sizesize: 16 KiB unless the app raises it. A little is left for what
 * the connection to the app adds.
 */
const nodeHeadBytes = 16 * 1024 - 128;

function headLimit({ app }: Settings, { NODE_OPTIONS = '' }: NodeJS.ProcessEnv): { maxHeadBytes?: number } {
  const raised = `${app.command} ${NODE_OPTIONS}`.includes('max-http-header-size');
  return app.node && !raised ? { maxHeadBytes: nodeHeadBytes } : {};
}

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error', 'fatal'];

function logLevel(name: string | undefined): Level {
  return levels.find((level) => level === name?.toLowerCase()) ?? 'info';
}
