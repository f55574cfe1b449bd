/** Tags of APIs, stages and domain names, by ARN. */
import type { State, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { findApi, findDomain, invalid, notFound, parseApiArn, read } from './find.ts';

const maxTags = 50;

export function tagResource({ store }: Call, input: Input): Output {
  const owner = findOwner(store.state, input);
  owner.Tags = readTags(input, owner.Tags);
  return {};
}

export function untagResource({ store }: Call, input: Input): Output {
  const owner = findOwner(store.state, input);
  const tags = copyRecord(owner.Tags);
  for (const key of read.texts(input, 'tagKeys') ?? []) delete tags[key];
  owner.Tags = tags;
  return undefined;
}

export function getTags({ store }: Call, input: Input): Output {
  return { tags: findOwner(store.state, input).Tags };
}

function findOwner(state: State, input: Input): { Tags: Tags } {
  const text = read.needText(input, 'resourceArn');
  const name = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]*::\/domainnames\/([\w.*-]+)$/.exec(text)?.[1];
  if (name !== undefined) return findDomain(state, { domainName: name });
  const arn = parseApiArn(text);
  if (!arn) throw invalid(`Invalid resource ARN specified in the request: ${text}`);
  const api = findApi(state, { apiId: arn.apiId });
  if (arn.stageName === undefined) return api;
  const stage = api.stages[arn.stageName];
  if (!stage) throw notFound('Invalid stage identifier specified');
  return stage;
}

/** The tags of a request over those there were. */
export function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord({ ...before, ...read.map(input, 'tags') });
  if (Object.keys(tags).length > maxTags) throw invalid(`A resource can have at most ${maxTags} tags`);
  return tags;
}
