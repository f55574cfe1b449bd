/** Log streams. */
import type { StreamInfo } from '../../logs/group.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toLogGroupArn } from '../identity.ts';
import { checkChoice, checkPattern, type Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { findGroup, invalid, invalidParameter, read, readGroupName } from './find.ts';
import { readLimit } from './groups.ts';

export async function createLogStream(call: Call, input: Input): Promise<Output> {
  const { logGroupName } = findGroup(call, readGroupName(input));
  const name = read.needText(input, 'logStreamName');
  checkPattern(invalidParameter, 'logStreamName', name, /^[^:*]{1,512}$/);
  if (call.logs.streams(logGroupName).some((stream) => stream.name === name))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  call.logs.createStream(logGroupName, name);
  await call.logs.flush();
  return undefined;
}

export function describeLogStreams(call: Call, input: Input): Output {
  const { logGroupName } = findGroup(call, readGroupName(input));
  const order = read.text(input, 'orderBy') ?? 'LogStreamName';
  checkChoice(invalidParameter, 'orderBy', order, ['LogStreamName', 'LastEventTime']);
  const prefix = read.text(input, 'logStreamNamePrefix');
  if (prefix !== undefined && order === 'LastEventTime')
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const streams = call.logs.streams(logGroupName).filter(({ name }) => name.startsWith(prefix ?? ''));
  const sorted = order === 'LogStreamName' ? byName(streams, ({ name }) => name) : byTime(streams);
  if (read.flag(input, 'descending')) sorted.reverse();
  const page = toPage(sorted, ({ name }) => name, {
    marker: read.text(input, 'nextToken'),
    size: readLimit(input),
    code: invalidParameter,
  });
  return { logStreams: page.items.map((stream) => show(logGroupName, stream)), nextToken: page.next };
}

function byTime(streams: readonly StreamInfo[]): StreamInfo[] {
  return [...streams].sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
}

function show(group: string, { name, ...times }: StreamInfo): Record<string, unknown> {
  return { logStreamName: name, ...times, arn: `${toLogGroupArn(group)}:log-stream:${name}`, storedBytes: 0 };
}
