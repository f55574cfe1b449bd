/** Tags of topics, by ARN. */
import type { State, Tags, Topic } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { findTopic, read } from './find.ts';

const maxTags = 50;

export function tagResource({ store }: Call, input: Input): Output {
  const topic = findOwner(store.state, input);
  topic.Tags = readTags(input, topic.Tags);
  return {};
}

export function untagResource({ store }: Call, input: Input): Output {
  const topic = findOwner(store.state, input);
  const tags = copyRecord(topic.Tags);
  for (const key of read.texts(input, 'TagKeys') ?? []) delete tags[key];
  topic.Tags = tags;
  return {};
}

export function listTagsForResource({ store }: Call, input: Input): Output {
  return { Tags: Object.entries(findOwner(store.state, input).Tags).map(([Key, Value]) => ({ Key, Value })) };
}

function findOwner(state: State, input: Input): Topic {
  const topic = findTopic(state, read.needText(input, 'ResourceArn'));
  if (topic) return topic;
  throw new AwsError('ResourceNotFound', 'Resource does not exist');
}

/** The tags of a request over those there were. */
export function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord(before);
  for (const tag of read.objects(input, 'Tags') ?? []) tags[read.needText(tag, 'Key')] = read.text(tag, 'Value') ?? '';
  if (Object.keys(tags).length <= maxTags) return tags;
  throw new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');
}
