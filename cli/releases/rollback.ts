/**
 * A rollback: the stage's alias goes back to a version that is there. No build, no upload; code, configuration and
 * environment are those of the version. It is asked before its users get it, as in a deploy.
 */

import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { GetFunctionConfigurationCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { placed } from '../argv/place.ts';
import type { LiveAlias } from '../aws/model.ts';
import { pointAlias, readAlias } from '../aws/resources/alias.ts';
import { readFunction } from '../aws/resources/function.ts';
import { verifyVersion } from '../aws/verify.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { age, percent } from '../output/format.ts';
import { resolveCommit } from '../project/git.ts';
import { openTarget, type Target } from '../target.ts';
import { changedVariables } from './environment.ts';
import { findRelease, notFound } from './find.ts';
import { readReleases } from './read.ts';
import { describeRelease, toRelease } from './release.ts';

export interface RollbackFlags {
  readonly stage: string;
  /** A version, a commit or a tag; undefined for what was live before. */
  readonly to: string | undefined;
}

export interface RolledBack {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  /** What was live, or had a share of the traffic, until now. */
  readonly from: string;
  readonly changed: boolean;
  /** Names of variables whose values went back with it. */
  readonly environment: readonly string[];
}

/** Rolls back and, off a terminal, writes the version that is live now to stdout. */
export async function runRollback(context: Context, { stage, to }: RollbackFlags): Promise<void> {
  const target = await openTarget(context, stage);
  const alias = await requireAlias(target);
  const version = await chooseVersion(target, alias, to);
  const done = isLive(alias, version)
    ? nothingToDo(context, target, version)
    : await goBack(context, target, alias, version);
  if (context.flags.json || !context.io.stdoutIsTty) context.result(`v${done.version}`, done);
}

/** The alias of a stage of a function that is ours. */
export async function requireAlias({ clients, app, stage }: Target): Promise<LiveAlias> {
  const [fn, alias] = await Promise.all([readFunction(clients, { app }), readAlias(clients, { app, stage })]);
  if (fn && alias) return alias;
  const command = `up ${stage}`;
  throw new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}

/** Without a wish: the end of a running canary, else what was live before. */
async function chooseVersion(target: Target, alias: LiveAlias, to: string | undefined): Promise<string> {
  const { clients, app, stage, project } = target;
  if (to !== undefined) {
    const [releases, hash] = await Promise.all([readReleases(clients.lambda, app), resolveCommit(project.dir, to)]);
    return findRelease(releases, { text: to, stage, hash }).version;
  }
  if (alias.canary) return alias.version;
  if (alias.before) return alias.before;
  throw notFound(
    `Nothing was live on ${stage} before v${alias.version}`,
    await readReleases(clients.lambda, app),
    stage,
  );
}

function isLive({ version: live, canary }: LiveAlias, version: string): boolean {
  return live === version && canary === null;
}

function nothingToDo({ report }: Context, { app, stage }: Target, version: string): RolledBack {
  report.info('', `Nothing to roll back: ${stage} is v${version} already`);
  return { app, stage, version, from: version, changed: false, environment: [] };
}

async function goBack(context: Context, target: Target, alias: LiveAlias, version: string): Promise<RolledBack> {
  const { report, standing } = context;
  const { clients, app, stage } = target;
  const leaving = alias.canary ? await readVersion(target, alias.canary.version) : alias.config;
  const going = version === alias.version ? alias.config : await readVersion(target, version);
  const environment = changedVariables(leaving, going);
  tell(context, target, { alias, leaving, going, environment });
  await report.step('Live', async (say) => {
    if (version !== alias.version) await verify(target, going, alias.version);
    const before = version === alias.version ? alias.before : alias.version;
    standing(`Whether ${stage} is v${version} by now, up status tells.`);
    await pointAlias(clients, { app, stage }, { version, canary: null, before }, alias.revisionId);
    say(`v${version}`);
  });
  const from = leaving.Version ?? '';
  if (!alias.canary) report.info('Redo with', redo(context, stage, `v${from}`));
  return { app, stage, version, from, changed: true, environment };
}

async function readVersion(target: Target, version: string): Promise<FunctionConfiguration> {
  const { clients, app, stage } = target;
  try {
    return await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: app, Qualifier: version }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    const releases = await readReleases(clients.lambda, app);
    throw notFound(`v${version} is not there any more: it has been removed`, releases, stage);
  }
}

interface Way {
  readonly alias: LiveAlias;
  readonly leaving: FunctionConfiguration;
  readonly going: FunctionConfiguration;
  readonly environment: readonly string[];
}

function tell({ report }: Context, { stage }: Target, { alias, leaving, going, environment }: Way): void {
  const { created } = toRelease(leaving);
  const since = alias.canary ? `with ${percent(alias.canary.share)}` : `released ${age(Date.now() - created)} ago`;
  report.info(stage.length < labelWidth ? stage : 'From', `${describeRelease(toRelease(leaving))}   ${since}`);
  report.info('back to', describeRelease(toRelease(going)));
  if (environment.length > 0) {
    report.warn('Env', `also returns to v${going.Version}'s values: ${environment.join(', ')}`);
  }
}

/** Of the reporter: a longer name would run into its text. */
const labelWidth = 11;

async function verify(
  { clients, app, stage }: Target,
  { Version = '', Timeout = 0 }: FunctionConfiguration,
  live: string,
) {
  const next = [`up releases ${stage}`];
  const hint = 'choose another one of "up releases"';
  await verifyVersion(clients, { app, stage, version: Version, timeout: Timeout, live, hint, next });
}

function redo({ flags }: Context, stage: string, to: string): string {
  return placed(`up rollback ${to}${stage === 'staging' ? '' : ` -s ${stage}`}`, flags);
}
