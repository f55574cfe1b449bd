/**
 * The first thing that happens in an execution environment: the app is started. Nothing else of the proxy is loaded
 * before, because the app's boot is what a cold start waits for; what we load then hides behind it.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AppProcess, startApp } from './relay/process.ts';
import { readSettings, type Settings } from './settings.ts';

export interface Boot {
  readonly settings: Settings;
  /** The run that was started here. */
  readonly first: AppProcess;
  /** Starts a later run. */
  readonly start: (restarts: number) => Promise<AppProcess>;
}

export async function boot(environment: NodeJS.ProcessEnv): Promise<Boot> {
  const here = dirname(fileURLToPath(import.meta.url));
  const dir = environment.LAMBDA_TASK_ROOT ?? dirname(here);
  const settings = readSettings(dir, environment.UP_STAGE ?? 'staging');
  const preload = join(here, 'preload.cjs');
  const start = (restarts: number) =>
    startApp({ app: settings.app, dir, env: appVariables(environment, settings, restarts), preload });
  return { settings, start, first: await start(0) };
}

/** The variables of the contract, beside the environment of the function. */
export function appVariables(environment: NodeJS.ProcessEnv, settings: Settings, restarts: number): NodeJS.ProcessEnv {
  return {
    ...environment,
    UP_STAGE: settings.stage,
    NODE_ENV: environment.NODE_ENV ?? settings.stage,
    UP_RESTARTS: String(restarts),
  };
}
