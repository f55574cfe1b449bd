/** Log groups and their retention. */
import type { LogGroup } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toLogGroupArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import {
  allGroups,
  findGroup,
  invalid,
  invalidParameter,
  keepGroup,
  lookUpGroup,
  read,
  readGroupName,
} from './find.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function createLogGroup(call: Call, input: Input): Output {
  const logGroupName = readGroupName(input);
  if (lookUpGroup(call, logGroupName))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  const tags = read.map(input, 'tags') ?? emptyRecord();
  call.store.state.logGroups[logGroupName] = { logGroupName, creationTime: call.now(), tags };
  return undefined;
}

/** Its events go with it. */
export async function deleteLogGroup(call: Call, input: Input): Promise<Output> {
  const { logGroupName } = findGroup(call, readGroupName(input));
  delete call.store.state.logGroups[logGroupName];
  await call.logs.remove(logGroupName);
  return undefined;
}

export function describeLogGroups(call: Call, input: Input): Output {
  const prefix = read.text(input, 'logGroupNamePrefix');
  const pattern = read.text(input, 'logGroupNamePattern');
  if (prefix !== undefined && pattern !== undefined)
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  const groups = allGroups(call).filter(({ logGroupName: name }) => matches(name, prefix, pattern));
  const page = toPage(groups, (group) => group.logGroupName, {
    marker: read.text(input, 'nextToken'),
    size: readLimit(input),
    code: invalidParameter,
  });
  return { logGroups: page.items.map((group) => show(call, group)), nextToken: page.next };
}

/** A pattern is found anywhere in the name, in any case. */
function matches(name: string, prefix = '', pattern = ''): boolean {
  return name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase());
}

/** The page size of both Describe operations. */
export function readLimit(input: Input): number {
  const limit = read.number(input, 'limit') ?? 50;
  if (Number.isInteger(limit) && limit >= 1 && limit <= 50) return limit;
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 50`,
  );
}

function show({ logs }: Call, group: LogGroup): Record<string, unknown> {
  const arn = toLogGroupArn(group.logGroupName);
  return {
    logGroupName: group.logGroupName,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: logs.group(group.logGroupName)?.storedBytes ?? 0,
  };
}

export function putRetentionPolicy(call: Call, input: Input): Output {
  const name = readGroupName(input);
  const days = read.number(input, 'retentionInDays');
  if (days === undefined || !retentionDays.includes(days))
    throw invalid(`Invalid retentionInDays ${String(days)}: must be one of [${retentionDays.join(', ')}]`);
  keepGroup(call, name).retentionInDays = days;
  return undefined;
}

export function deleteRetentionPolicy(call: Call, input: Input): Output {
  delete keepGroup(call, readGroupName(input)).retentionInDays;
  return undefined;
}
