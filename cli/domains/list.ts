/** The domains of up.json beside what there is of them in AWS. Changes nothing. */
import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { type StageConfig, stageNames } from '../../config/index.ts';
import { type Clients, createClients } from '../aws/clients.ts';
import { dnsAnswers } from '../aws/domains/answers.ts';
import { domainSpec, domainUrl, findMapping, recordsToAdd, type WantedRecord } from '../aws/domains/model.ts';
import { readDomain } from '../aws/domains/read.ts';
import { apiName } from '../aws/names.ts';
import { allApis } from '../aws/resources/http-api.ts';
import type { Context } from '../command.ts';
import { stageOf } from '../project/project.ts';
import { renderDomains } from './render.ts';

export interface DomainStatus {
  readonly stage: string;
  readonly name: string;
  readonly url: string;
  /** ACM's word for it; null when there is none yet. */
  readonly certificate: string | null;
  /** The hosted zone that has its records; null when that is somebody else's. */
  readonly zone: string | null;
  /** It leads to the stage. */
  readonly mapped: boolean;
  /** DNS knows the name. */
  readonly dns: boolean;
  /** To be added by hand. */
  readonly records: readonly WantedRecord[];
}

export interface ListFlags {
  readonly detailed: boolean;
  readonly stage: string | undefined;
}

export async function listDomains(context: Context, { detailed, stage }: ListFlags): Promise<void> {
  const project = await context.project();
  const names = stage === undefined ? stageNames(project.config) : [stage];
  const stages = names.map((name) => stageOf(project, name)).filter(({ domain }) => domain !== null);
  const found = stages.length === 0 ? [] : await readDomains(createClients((await context.session()).client), stages);
  context.result(renderDomains(found, detailed, context.flags), { domains: found });
}

/** Of the stages that have one. Without any it makes no call. */
export async function readDomains(clients: Clients, stages: readonly StageConfig[]): Promise<DomainStatus[]> {
  const own = stages.filter(({ domain }) => domain !== null);
  if (own.length === 0) return [];
  const ids = await apiIds(clients.api);
  return Promise.all(own.map((config) => readStatus(clients, config, ids)));
}

/** By name, of all APIs: one list for all stages. */
async function apiIds(api: ApiGatewayV2Client): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for await (const { Name = '', ApiId = '', Tags } of allApis(api)) {
    const [app, stage] = [Tags?.['up:app'], Tags?.['up:stage']];
    if (app && stage && Name === apiName(app, stage)) ids.set(Name, ApiId);
  }
  return ids;
}

async function readStatus(
  clients: Clients,
  config: StageConfig,
  ids: ReadonlyMap<string, string>,
): Promise<DomainStatus> {
  const spec = domainSpec(config);
  if (spec === null) throw new TypeError('a stage with a domain has one');
  const [live, dns] = await Promise.all([readDomain(clients, config.name, spec), dnsAnswers(spec.name)]);
  const mapping = findMapping(live, spec.key);
  return {
    stage: config.stage,
    name: spec.name,
    url: domainUrl(spec),
    certificate: live.certificate?.status ?? null,
    zone: live.zone?.name ?? null,
    mapped: mapping !== undefined && mapping.ApiId === ids.get(apiName(config.name, config.stage)),
    dns,
    records: recordsToAdd(live),
  };
}
