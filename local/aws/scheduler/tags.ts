/** Tags of schedule groups, by ARN. Schedules themselves have none. */
import type { ScheduleGroup, State, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { findGroup, invalid, read } from './find.ts';

const maxTags = 200;

export function tagResource({ store }: Call, input: Input): Output {
  const group = findOwner(store.state, input);
  group.Tags = readTags(input, group.Tags);
  return {};
}

export function untagResource({ store }: Call, input: Input): Output {
  const group = findOwner(store.state, input);
  const tags = copyRecord(group.Tags);
  for (const key of read.texts(input, 'TagKeys') ?? []) delete tags[key];
  group.Tags = tags;
  return {};
}

export function listTagsForResource({ store }: Call, input: Input): Output {
  return { Tags: Object.entries(findOwner(store.state, input).Tags).map(([Key, Value]) => ({ Key, Value })) };
}

function findOwner(state: State, input: Input): ScheduleGroup {
  const arn = read.needText(input, 'ResourceArn');
  const name = /^arn:aws[a-z-]*:scheduler:[a-z0-9-]+:\d{12}:schedule-group\/([0-9a-zA-Z\-_.]+)$/.exec(arn)?.[1];
  if (name === undefined) throw invalid(`The resource ARN ${arn} is not that of a schedule group.`);
  return findGroup(state, name);
}

/** The tags of a request over those there were. */
export function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord(before);
  for (const tag of read.objects(input, 'Tags') ?? []) tags[read.needText(tag, 'Key')] = read.text(tag, 'Value') ?? '';
  if (Object.keys(tags).length > maxTags) throw invalid(`A resource can have at most ${maxTags} tags.`);
  return tags;
}
