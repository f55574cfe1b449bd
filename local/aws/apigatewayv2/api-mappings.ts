/** API mappings: which API a path of a custom domain leads to. */
import type { ApiMapping, DomainName, State } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { findApi, findDomain, invalid, notFound, read, showPage, toId } from './find.ts';

export function createApiMapping({ store }: Call, input: Input): Output {
  const domain = findDomain(store.state, input);
  read.needText(input, 'apiId');
  read.needText(input, 'stage');
  const fields = readFields(store.state, input, { ApiId: '', Stage: '', ApiMappingKey: '' });
  if (Object.values(domain.mappings).some(({ ApiMappingKey }) => ApiMappingKey === fields.ApiMappingKey))
    throw new AwsError('ConflictException', 'ApiMapping key already exists for this domain name');
  const mapping: ApiMapping = { ApiMappingId: toId(6), ...fields };
  domain.mappings[mapping.ApiMappingId] = mapping;
  return show(mapping);
}

type Fields = Omit<ApiMapping, 'ApiMappingId'>;

function readFields(state: State, input: Input, before: Fields): Fields {
  const ApiId = read.text(input, 'apiId') ?? before.ApiId;
  const Stage = read.text(input, 'stage') ?? before.Stage;
  const ApiMappingKey = read.text(input, 'apiMappingKey') ?? before.ApiMappingKey;
  if (!/^(?:[\w$.+!*'()-]+(?:\/[\w$.+!*'()-]+)*)?$/.test(ApiMappingKey) || ApiMappingKey.length > 300)
    throw invalid(`API mapping key ${ApiMappingKey} should only contain certain characters of URLs`);
  if (!findApi(state, { apiId: ApiId }).stages[Stage]) throw notFound('Invalid stage identifier specified');
  return { ApiId, Stage, ApiMappingKey };
}

function show({ ApiMappingId, ApiId, Stage, ApiMappingKey }: ApiMapping): Record<string, unknown> {
  return { apiId: ApiId, apiMappingId: ApiMappingId, apiMappingKey: ApiMappingKey, stage: Stage };
}

function findMapping(domain: DomainName, input: Input): ApiMapping {
  const mapping = domain.mappings[read.needText(input, 'apiMappingId')];
  if (!mapping) throw notFound('Invalid API mapping identifier specified');
  return mapping;
}

export function getApiMapping({ store }: Call, input: Input): Output {
  return show(findMapping(findDomain(store.state, input), input));
}

export function getApiMappings({ store }: Call, input: Input): Output {
  const items = byName(Object.values(findDomain(store.state, input).mappings), ({ ApiMappingId }) => ApiMappingId);
  return showPage(items, ({ ApiMappingId }) => ApiMappingId, show, input);
}

export function updateApiMapping({ store }: Call, input: Input): Output {
  const domain = findDomain(store.state, input);
  const { ApiMappingId, ...before } = findMapping(domain, input);
  const fields = readFields(store.state, input, before);
  const taken = Object.values(domain.mappings).some(
    (other) => other.ApiMappingId !== ApiMappingId && other.ApiMappingKey === fields.ApiMappingKey,
  );
  if (taken) throw new AwsError('ConflictException', 'ApiMapping key already exists for this domain name');
  const mapping = { ApiMappingId, ...fields };
  domain.mappings[ApiMappingId] = mapping;
  return show(mapping);
}

export function deleteApiMapping({ store }: Call, input: Input): Output {
  const domain = findDomain(store.state, input);
  delete domain.mappings[findMapping(domain, input).ApiMappingId];
  return undefined;
}
