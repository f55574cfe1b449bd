/** Stages of an HTTP API. */
import type { ApiStage, HttpApi } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { findApi, invalid, notFound, read, refuse, showPage, toTime } from './find.ts';
import { readTags } from './tags.ts';

const notImplemented = ['clientCertificateId', 'deploymentId', 'routeSettings'];

type Fields = Omit<ApiStage, 'StageName' | 'CreatedDate' | 'LastUpdatedDate' | 'Tags'>;

export function createStage({ store, now }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  const StageName = read.needText(input, 'stageName');
  if (!/^(?:\$default|[\w-]{1,128})$/.test(StageName)) throw invalid(`Invalid stage name specified: ${StageName}`);
  if (api.stages[StageName]) throw new AwsError('ConflictException', 'Stage already exists');
  const fields = readFields(input, { AutoDeploy: false, StageVariables: emptyRecord(), DefaultRouteSettings: {} });
  const time = toTime(now());
  const stage: ApiStage = {
    StageName,
    CreatedDate: time,
    LastUpdatedDate: time,
    Tags: readTags(input, emptyRecord()),
    ...fields,
  };
  api.stages[StageName] = stage;
  return show(stage);
}

function readFields(input: Input, before: Fields): Fields {
  refuse(input, notImplemented);
  const Description = read.text(input, 'description') ?? before.Description;
  const AccessLogSettings = read.object(input, 'accessLogSettings') ?? before.AccessLogSettings;
  return {
    AutoDeploy: read.flag(input, 'autoDeploy') ?? before.AutoDeploy,
    StageVariables: read.map(input, 'stageVariables') ?? before.StageVariables,
    DefaultRouteSettings: { ...before.DefaultRouteSettings, ...read.object(input, 'defaultRouteSettings') },
    ...(Description === undefined ? {} : { Description }),
    ...(AccessLogSettings === undefined ? {} : { AccessLogSettings }),
  };
}

function show(stage: ApiStage): Record<string, unknown> {
  return {
    accessLogSettings: stage.AccessLogSettings,
    autoDeploy: stage.AutoDeploy,
    createdDate: stage.CreatedDate,
    defaultRouteSettings: { detailedMetricsEnabled: false, ...stage.DefaultRouteSettings },
    description: stage.Description,
    lastUpdatedDate: stage.LastUpdatedDate,
    routeSettings: {},
    stageName: stage.StageName,
    stageVariables: stage.StageVariables,
    tags: stage.Tags,
  };
}

function findStage(api: HttpApi, input: Input): ApiStage {
  const name = read.needText(input, 'stageName');
  const stage = api.stages[name];
  if (!stage) throw notFound('Invalid stage identifier specified');
  return stage;
}

export function getStage({ store }: Call, input: Input): Output {
  return show(findStage(findApi(store.state, input), input));
}

export function getStages({ store }: Call, input: Input): Output {
  const items = byName(Object.values(findApi(store.state, input).stages), (item) => item.StageName);
  return showPage(items, (item) => item.StageName, show, input);
}

export function updateStage({ store, now }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  const before = findStage(api, input);
  const stage: ApiStage = { ...before, ...readFields(input, before), LastUpdatedDate: toTime(now()) };
  api.stages[stage.StageName] = stage;
  return show(stage);
}

export function deleteStage({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  delete api.stages[findStage(api, input).StageName];
  return undefined;
}
