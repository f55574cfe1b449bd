/** Tags of parameters, by name. */
import type { Parameter, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { read } from './find.ts';

/** `Tags: [{ Key, Value }]`; null when the request has none. */
export function readTags(input: Input): Tags | null {
  const tags = read.objects(input, 'Tags');
  if (!tags) return null;
  return copyRecord(Object.fromEntries(tags.map((tag) => [read.needText(tag, 'Key'), read.text(tag, 'Value') ?? ''])));
}

export function addTagsToResource(call: Call, input: Input): Output {
  const parameter = findTagged(call, input);
  parameter.Tags = copyRecord({ ...parameter.Tags, ...readTags(input) });
  return {};
}

export function removeTagsFromResource(call: Call, input: Input): Output {
  const parameter = findTagged(call, input);
  const tags = copyRecord(parameter.Tags);
  for (const key of read.texts(input, 'TagKeys') ?? []) delete (tags as Record<string, string>)[key];
  parameter.Tags = tags;
  return {};
}

export function listTagsForResource(call: Call, input: Input): Output {
  const { Tags } = findTagged(call, input);
  return { TagList: Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) };
}

function findTagged({ store }: Call, input: Input): Parameter {
  const type = read.needText(input, 'ResourceType');
  if (type !== 'Parameter')
    throw new AwsError('InvalidResourceType', `The local platform has no resources of type ${type}.`);
  const name = read.needText(input, 'ResourceId');
  const found = store.state.parameters[name];
  if (!found)
    throw new AwsError(
      'InvalidResourceId',
      `The resource ID ${name} isn't valid. Verify that you entered the correct ID and try again.`,
    );
  return found;
}
