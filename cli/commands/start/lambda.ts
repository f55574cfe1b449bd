/**
 * A generation that is a function: the package laid out as Lambda unpacks it, a front door, and execution environments
 * that are started on demand, given one event at a time and frozen in between. Nothing of it outlives this program.
 */
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { refuseUpgrade } from '../../../local/gateway/answer.ts';
import { serve } from '../../../local/gateway/front.ts';
import type { Feed } from '../../../local/inspector/feed.ts';
import { createFleet, type Fleet } from '../../../local/lambda/fleet.ts';
import { createMetrics } from '../../../local/metrics/store.ts';
import { asBuilt } from '../../build/next-server.ts';
import { layOutPackage } from '../../build/package.ts';
import { nodeRuntimeFile, proxyDir } from '../../paths.ts';
import type { Building } from './building.ts';
import { compileForPackage } from './compile.ts';
import type { Confinement } from './confine.ts';
import type { Engine } from './engine.ts';
import type { Generation } from './generation.ts';
import { functionOf, stageFront } from './lambda-function.ts';
import { type LambdaLog, lambdaLog } from './lambda-log.ts';
import { lambdaFolder } from './leftovers.ts';
import type { StartLog } from './log.ts';
import { filesAround } from './members.ts';
import { type Subject, settingsOf, writeMapped } from './read.ts';

export interface LambdaOptions {
  /** Of the shell. */
  readonly env: NodeJS.ProcessEnv;
  readonly dir: string;
  readonly log: StartLog;
  readonly feed: Feed;
  readonly confinement: Confinement;
  readonly building: Building;
}

export function lambdaEngine({ env, dir, log, feed, confinement, building }: LambdaOptions): Engine {
  const root = lambdaFolder(dir);
  // The folder of an earlier process with the same pid.
  rmSync(root, { recursive: true, force: true });
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  let made = 0;
  const told = lambdaLog(log, feed);

  return async (subject) => {
    const codeDir = join(root, String(made++));
    await compileForPackage(dir, subject, building);
    const app = await asBuilt(dir, subject.app);
    const settings = await settingsOf(subject, app);
    const { stage, ...packaged } = settings;
    const proxyConfig = { version: 1, stages: { [stage]: packaged } };
    const bundle = await layOutPackage({ dir, app, proxyDir, proxyConfig }, codeDir);
    if (bundle) await writeMapped(dir, bundle, codeDir);
    const sources = bundle?.sources ?? null;
    return {
      sources,
      around: await filesAround(dir, sources),
      start: async () => start(subject, { env, codeDir, root, told, feed, confinement }),
    };
  };
}

interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly codeDir: string;
  /** Marks the processes of this project. */
  readonly root: string;
  readonly told: LambdaLog;
  readonly feed: Feed;
  readonly confinement: Confinement;
}

function start(subject: Subject, { env, codeDir, root, told, feed, confinement }: Place): Generation {
  const { config } = subject;
  const front = stageFront(config);
  const fn = functionOf(subject, env);
  const functionName = fn.FunctionName;
  const functions = { [functionName]: fn };
  const fleet: Fleet = createFleet({
    store: { state: { functions }, code: () => codeDir },
    metrics: createMetrics(),
    sink: told.sink,
    onInvocation: feed.invocation,
    mark: root,
    endpoint: null,
    nodeRuntime: nodeRuntimeFile,
    confine: confinement.confine,
  });
  let starts = 0;
  return {
    async serve(req: IncomingMessage, res: ServerResponse) {
      const way = told.follow(
        { front, dispatch: fleet.dispatch },
        { app: functionName, qualifier: config.stage },
        req,
        res,
      );
      await serve(way.front, { functionName }, way.dispatch, req, res);
    },
    // As both kinds of front door do.
    upgrade(req, socket) {
      told.refuseUpgrade(req);
      refuseUpgrade(socket);
    },
    lanes: fleet.lanes,
    // An environment is started when somebody asks.
    settled: async () => true,
    coldStart() {
      fn.latest = { ...fn.latest, RevisionId: `cold-${++starts}` };
      fleet.refresh(functionName);
    },
    async stop() {
      await fleet.close();
      await rm(codeDir, { recursive: true, force: true });
    },
    // The fleet does so by itself when this program exits.
    kill() {},
  };
}
