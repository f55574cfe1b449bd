/** A generation that is an app on this machine, behind the same stack as in Lambda. */
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { appVariables } from '../../../proxy/boot.ts';
import { requestListener } from '../../../proxy/hosts/server.ts';
import { tunnel } from '../../../proxy/hosts/tunnel.ts';
import { createProxy, keepApp } from '../../../proxy/main.ts';
import { runMark, startApp } from '../../../proxy/relay/process.ts';
import type { Settings } from '../../../proxy/settings.ts';
import { commandFolders, withSearchPath } from '../../build/search-path.ts';
import { proxyDir } from '../../paths.ts';
import type { Building } from './building.ts';
import { compiled } from './compile.ts';
import type { Engine } from './engine.ts';
import { frontDoorRecord } from './front-door-record.ts';
import type { Generation } from './generation.ts';
import { startMark } from './leftovers.ts';
import type { LogDestination } from './log.ts';
import { filesAround } from './members.ts';
import { bundled, type Subject, settingsOf } from './read.ts';

export interface AppOptions {
  /** Of the shell. */
  readonly env: NodeJS.ProcessEnv;
  readonly dir: string;
  readonly logTo: LogDestination;
  readonly building: Building;
  /** Log records of every level are wanted, whatever the app's LOG_LEVEL. */
  readonly detailed: boolean;
}

export function appEngine(options: AppOptions): Engine {
  const mark = startMark(options.dir);
  return async (subject) => {
    const { app, sources } = await bundled(options.dir, await compiled(options.dir, subject, options.building));
    const settings = await settingsOf(subject, app);
    const around = await filesAround(options.dir, sources);
    return { sources, around, start: () => start(options, subject, settings, mark) };
  };
}

async function start(
  { env, dir, logTo, detailed }: AppOptions,
  { config, commit, own }: Subject,
  settings: Settings,
  mark: string,
): Promise<Generation> {
  const variables = { ...ofShell(env), ...own.variables, UP_COMMIT: commit.commit, UP_AUTHOR: commit.author };
  const { handler, keeper } = await createProxy({
    settings,
    environment: { ...variables, ...(detailed && { LOG_LEVEL: 'debug' }) },
    dir,
    logTo,
    app: keepApp(settings, (run, app) =>
      startApp({
        app,
        dir,
        env: withCommands(appVariables(variables, settings, run), dir),
        preload: join(proxyDir, 'preload.cjs'),
        background: settings.proxy.background > 0,
        mark: runMark(mark, run),
        endsWithParent: true,
      }),
    ),
  });
  return {
    serve: requestListener({
      handler,
      stage: config.stage,
      timeout: config.lambda.timeout,
      refused: (req, refusal) =>
        logTo.write(`${JSON.stringify(frontDoorRecord(req, { ...refusal, reason: 'too large' }))}\n`),
    }),
    upgrade: tunnel({ keeper, stage: config.stage, patience: settings.proxy.timeout * 1000 }),
    settled: keeper.settled,
    stop: keeper.stop,
    kill: keeper.kill,
  };
}

/** Docker exports the name of the machine, which Lambda does not: Next.js and its like would listen at that address alone. */
function ofShell({ HOSTNAME, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return HOSTNAME === undefined || HOSTNAME === hostname() ? env : { ...env, HOSTNAME };
}

/** A package has the commands of a workspace in its own folder, which comes first; here they lie in a folder above. */
function withCommands(env: NodeJS.ProcessEnv, dir: string): NodeJS.ProcessEnv {
  return withSearchPath(env, commandFolders(dirname(dir)), process.platform);
}
