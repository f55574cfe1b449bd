/** What each stage of an app is at: its releases, its URL, what is kept ready, its domain. Changes nothing. */
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type StageConfig, stageNames } from '../../config/index.ts';
import { apiName } from '../aws/names.ts';
import { tagsOf } from '../aws/resources/function.ts';
import { readUrl } from '../aws/resources/function-url.ts';
import { findApi, toUrl } from '../aws/resources/http-api.ts';
import { readProvisioned } from '../aws/resources/provisioned-concurrency.ts';
import { findSchedule } from '../aws/resources/schedule.ts';
import type { Scope } from '../aws/scope.ts';
import type { Session } from '../aws/session.ts';
import { marks, type Tags } from '../aws/tags.ts';
import { findUrl } from '../aws/url.ts';
import { type DomainStatus, readDomains } from '../domains/list.ts';
import { UpError } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { readReleases } from '../releases/read.ts';
import type { Release } from '../releases/release.ts';
import { configOf } from '../stack/drift.ts';
import { type Keeping, toKeeping } from '../warm/schedule.ts';

export interface StageStatus {
  readonly stage: string;
  /** Up.json has it. */
  readonly known: boolean;
  /** What its users get, the largest share first; empty for a stage that is not deployed. */
  readonly live: readonly { readonly release: Release; readonly share: number }[];
  /** What was deployed last, when that is not live. */
  readonly newer: Release | null;
  readonly url: string | null;
  readonly warm: Keeping | null;
  /** Environments that are always ready. */
  readonly provisioned: { readonly requested: number; readonly status: string | undefined } | null;
  readonly domain: DomainStatus | null;
}

/** Rejects with UP_NOT_DEPLOYED when there is no such function. `only`: one stage. */
export async function readStatus(
  session: Session,
  project: Project,
  scope: Scope,
  only: string | null,
): Promise<StageStatus[]> {
  const { clients, app } = scope;
  const [releases, tags] = await Promise.all([readReleases(clients.lambda, app), readTags(clients.lambda, app)]);
  const deployed = releases.flatMap(({ live }) => live.map(({ stage }) => stage));
  const names = [...new Set([...stageNames(project.config), ...deployed])].filter((name) => name !== 'development');
  const wanted = only === null ? names : [only];
  const configs = new Map(wanted.map((name) => [name, configOf(project, name)]));
  const domains = await readDomains(
    clients,
    [...configs.values()].filter((config) => config !== null),
  );
  return Promise.all(
    wanted.map(async (stage): Promise<StageStatus> => {
      const config = configs.get(stage) ?? null;
      const live = liveOn(releases, stage);
      const extras = live.length > 0 ? await readExtras(session, scope, { stage, config, tags }) : nothing;
      const domain = domains.find((one) => one.stage === stage) ?? null;
      return { stage, known: config !== null, live, newer: newerThan(live, releases, stage), domain, ...extras };
    }),
  );
}

async function readTags(lambda: LambdaClient, FunctionName: string): Promise<Tags> {
  return tagsOf(lambda, await lambda.send(new GetFunctionCommand({ FunctionName })));
}

function liveOn(releases: readonly Release[], stage: string): StageStatus['live'] {
  return releases
    .flatMap((release) => release.live.filter((one) => one.stage === stage).map(({ share }) => ({ release, share })))
    .sort((a, b) => b.share - a.share);
}

/** Releases come newest first. */
function newerThan(live: StageStatus['live'], releases: readonly Release[], stage: string): Release | null {
  const last = releases.find((release) => release.stage === stage);
  if (last === undefined || live.length === 0) return null;
  return live.some(({ release }) => Number(release.version) >= Number(last.version)) ? null : last;
}

type Extras = Pick<StageStatus, 'url' | 'warm' | 'provisioned'>;

const nothing: Extras = { url: null, warm: null, provisioned: null };

interface Stage {
  readonly stage: string;
  /** Null for one that has left up.json. */
  readonly config: StageConfig | null;
  /** Of the function: they say what the stage has. */
  readonly tags: Tags;
}

async function readExtras(session: Session, scope: Scope, { stage, config, tags }: Stage): Promise<Extras> {
  const { clients, app, identity } = scope;
  const [url, schedule, provisioned] = await Promise.all([
    config ? findUrl(session, config).catch(none) : findAnyUrl(scope, stage),
    tags[marks.warm(stage)] === undefined ? null : findSchedule(clients, { app, stage, identity }),
    tags[marks.provisioned(stage)] === undefined ? null : readProvisioned(clients, { app, stage }),
  ]);
  return { url, warm: schedule && toKeeping(schedule), provisioned };
}

function none(error: unknown): null {
  if (error instanceof UpError && error.code === 'UP_NOT_DEPLOYED') return null;
  throw error;
}

async function findAnyUrl({ clients, app }: Scope, stage: string): Promise<string | null> {
  const api = await findApi(clients.api, app, apiName(app, stage));
  return api ? toUrl(api) : ((await readUrl(clients, { app, stage }))?.url ?? null);
}
