/**
 * The first thing that happens in an execution environment: the app is started, unless `_up/start.bash` has done it while
 * Node was loaded. Nothing else of the proxy is loaded before, because the app's boot is what a cold start waits for; what
 * we load then hides behind it.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sweep } from './relay/descendants.ts';
import { type AppProcess, environmentMark, runMark, startApp } from './relay/process.ts';
import { adopt, type StartedApp } from './relay/started.ts';
import { readSettings, type Settings } from './settings.ts';

export interface Boot {
  readonly settings: Settings;
  /** The run that was started here; null where files are all there is. */
  readonly first: AppProcess | null;
  /** Starts a later run. */
  readonly start: (run: number) => Promise<AppProcess>;
}

const here = dirname(fileURLToPath(import.meta.url));

/** The settings of the stage that this environment serves. */
export function stageSettings(environment: NodeJS.ProcessEnv): Settings {
  return readSettings(taskRoot(environment), environment.UP_STAGE ?? 'staging');
}

/** Where the app's files are. */
export function taskRoot({ LAMBDA_TASK_ROOT }: NodeJS.ProcessEnv): string {
  return LAMBDA_TASK_ROOT ?? dirname(here);
}

/** `started`: the first run, if it has been started already. */
export async function boot(environment: NodeJS.ProcessEnv, started: StartedApp | null = null): Promise<Boot> {
  const dir = taskRoot(environment);
  const settings = stageSettings(environment);
  await completeEnvironment(environment, settings);
  const preload = join(here, 'preload.cjs');
  const name = environmentName(environment);
  const { app } = settings;
  if (app === null) return { settings, first: null, start: () => Promise.reject(new Error('there is no app')) };
  const start = (run: number) =>
    startApp({
      app,
      dir,
      env: appVariables(environment, settings, run),
      preload,
      background: settings.proxy.background > 0,
      mark: runMark(name, run),
    });
  const first = (started && (await adopt(started, runMark(name, 0), app.node))) ?? (await start(0));
  // Lambda may have killed an earlier runtime of this environment during init; the app of that one must not stay beside
  // ours.
  sweep(environmentMark(name), `${environmentMark(name)}${process.pid}.`);
  return { settings, start, first };
}

/** Reads variables that did not fit into the version from parameters, if there are any. */
async function completeEnvironment(environment: NodeJS.ProcessEnv, { name }: Settings): Promise<void> {
  if (environment.UP_PARAMETERS === undefined) return;
  const { parameters } = await import('./hosts/proxy.ts');
  const { readParameters } = await parameters();
  await readParameters({ environment, app: name });
}

/** The same for every runtime process of one environment, and for no other. */
function environmentName(environment: NodeJS.ProcessEnv): string {
  return environment.AWS_LAMBDA_LOG_STREAM_NAME ?? environment.AWS_LAMBDA_RUNTIME_API ?? `pid ${process.pid}`;
}

/**
 * The variables of the contract, beside the environment of the function. Python is told to keep back nothing of what an app
 * prints: it would until there are some kilobytes of it, and a freeze or an end comes first.
 */
export function appVariables(environment: NodeJS.ProcessEnv, settings: Settings, run: number): NodeJS.ProcessEnv {
  return {
    ...environment,
    UP_STAGE: settings.stage,
    NODE_ENV: environment.NODE_ENV ?? settings.stage,
    PYTHONUNBUFFERED: environment.PYTHONUNBUFFERED ?? '1',
    UP_RESTARTS: String(run),
  };
}
