/** Tags of functions, by the function's ARN. */
import type { LambdaFunction, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkPattern, type Input, tagKeyPattern, tagValuePattern } from '../input.ts';
import { copyRecord } from '../record.ts';
import { findFunction } from './find.ts';
import { parseName, read, validation } from './names.ts';

const maxTags = 50;

export function tagResource({ store }: Call, input: Input): Output {
  const fn = findTagged(store, input);
  fn.Tags = readTags(input, fn.Tags);
  return undefined;
}

export function untagResource({ store }: Call, input: Input): Output {
  const fn = findTagged(store, input);
  const tags = copyRecord(fn.Tags);
  for (const key of read.texts(input, 'tagKeys') ?? []) delete tags[key];
  fn.Tags = tags;
  return undefined;
}

export function listTags({ store }: Call, input: Input): Output {
  return { Tags: findTagged(store, input).Tags };
}

/** Tags belong to functions, not to versions or aliases. */
function findTagged(store: Call['store'], input: Input): LambdaFunction {
  const { name, qualifier } = parseName(read.needText(input, 'Resource'));
  if (qualifier === undefined) return findFunction(store.state, name);
  throw new AwsError('InvalidParameterValueException', 'Tags on function aliases and versions are not supported.');
}

/** The tags of a request over those there were. */
export function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord(before);
  for (const [key, value] of Object.entries(read.map(input, 'Tags') ?? {})) {
    if (key.toLowerCase().startsWith('aws:'))
      throw new AwsError('InvalidParameterValueException', `The tag key "${key}" must not begin with "aws:".`);
    checkPattern(validation, 'Tags', key, tagKeyPattern);
    checkPattern(validation, 'Tags', value, tagValuePattern);
    tags[key] = value;
  }
  if (Object.keys(tags).length > maxTags)
    throw new AwsError('InvalidParameterValueException', `A function can have at most ${maxTags} tags.`);
  return tags;
}
