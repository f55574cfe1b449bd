/** Tags of alarms, by ARN. */
import type { Alarm, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { toAlarmArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { invalid, read } from './alarm-settings.ts';
import { findAlarm } from './find.ts';

const maxTags = 50;

export function tagResource(call: Call, input: Input): Output {
  const alarm = findOwner(call, input);
  alarm.Tags = readTags(input, alarm.Tags);
  return {};
}

export function untagResource(call: Call, input: Input): Output {
  const alarm = findOwner(call, input);
  const tags = copyRecord(alarm.Tags);
  for (const key of read.texts(input, 'TagKeys') ?? []) delete tags[key];
  alarm.Tags = tags;
  return {};
}

export function listTagsForResource(call: Call, input: Input): Output {
  return { Tags: Object.entries(findOwner(call, input).Tags).map(([Key, Value]) => ({ Key, Value })) };
}

function findOwner(call: Call, input: Input): Alarm {
  const arn = read.needText(input, 'ResourceARN');
  const prefix = toAlarmArn('');
  return findAlarm(call, arn.startsWith(prefix) ? arn.slice(prefix.length) : arn, 'ResourceNotFoundException');
}

/** The tags of a request over those there were. */
export function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord(before);
  for (const tag of read.objects(input, 'Tags') ?? []) tags[read.needText(tag, 'Key')] = read.text(tag, 'Value') ?? '';
  if (Object.keys(tags).length > maxTags) throw invalid(`An alarm can have at most ${maxTags} tags.`);
  return tags;
}
