/** Tags of log groups, by ARN. */
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { findGroup, invalid, keepGroup, parseGroupArn, read } from './find.ts';

export function tagResource(call: Call, input: Input): Output {
  const group = keepGroup(call, readArn(input));
  group.tags = copyRecord({ ...group.tags, ...read.map(input, 'tags') });
  return undefined;
}

export function untagResource(call: Call, input: Input): Output {
  const group = keepGroup(call, readArn(input));
  const tags = copyRecord(group.tags);
  for (const key of read.texts(input, 'tagKeys') ?? []) delete tags[key];
  group.tags = tags;
  return undefined;
}

export function listTagsForResource(call: Call, input: Input): Output {
  return { tags: findGroup(call, readArn(input)).tags };
}

function readArn(input: Input): string {
  const arn = read.needText(input, 'resourceArn');
  const name = parseGroupArn(arn);
  if (!name) throw invalid(`Invalid resource ARN ${arn}`);
  return name;
}
