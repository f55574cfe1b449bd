/** Finding log groups. One exists when it was created, or when a function has logged to it, as on Lambda. */
import type { LogGroup } from '../../model.ts';
import type { Aws } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkPattern, createReader, type Input } from '../input.ts';
import { byName } from '../pages.ts';
import { emptyRecord } from '../record.ts';

export const invalidParameter = 'InvalidParameterException';
export const read = createReader(invalidParameter);

export function invalid(message: string): AwsError {
  return new AwsError(invalidParameter, message);
}

type Sources = Pick<Aws, 'store' | 'logs'>;

export function lookUpGroup({ store, logs }: Sources, name: string): LogGroup | null {
  const known = store.state.logGroups[name];
  if (known) return known;
  const written = logs.group(name);
  return written && { logGroupName: name, creationTime: written.creationTime, tags: emptyRecord() };
}

export function findGroup(sources: Sources, name: string): LogGroup {
  const group = lookUpGroup(sources, name);
  if (!group) throw groupNotFound();
  return group;
}

function groupNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export function streamNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

/** A group that is about to be changed: from now on the state knows it. */
export function keepGroup({ store, logs }: Sources, name: string): LogGroup {
  const group = findGroup({ store, logs }, name);
  store.state.logGroups[name] = group;
  return group;
}

export function allGroups(sources: Sources): LogGroup[] {
  const names = new Set([
    ...Object.keys(sources.store.state.logGroups),
    ...sources.logs.groups().map(({ name }) => name),
  ]);
  return byName([...names], (name) => name).flatMap((name) => lookUpGroup(sources, name) ?? []);
}

/** The group of a request, by name or by `logGroupIdentifier` (a name or an ARN). */
export function readGroupName(input: Input): string {
  const identifier = read.text(input, 'logGroupIdentifier');
  const name = read.text(input, 'logGroupName');
  if (identifier !== undefined && name !== undefined)
    throw invalid('LogGroupName and LogGroupIdentifier cannot both be given.');
  if (identifier !== undefined) return parseGroupArn(identifier) ?? checkGroupName(identifier);
  return checkGroupName(name ?? read.needText(input, 'logGroupName'));
}

function checkGroupName(name: string): string {
  checkPattern(invalidParameter, 'logGroupName', name, /^[.\-_/#A-Za-z0-9]{1,512}$/);
  return name;
}

/** The name inside an ARN, with or without the `:*` that DescribeLogGroups prints. */
export function parseGroupArn(arn: string): string | null {
  return /^arn:aws[a-z-]*:logs:[a-z0-9-]*:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1] ?? null;
}

/** Calls on one group take turns. */
export function lockGroup(input: Input): string {
  const arn = typeof input.resourceArn === 'string' ? parseGroupArn(input.resourceArn) : null;
  return String(arn ?? input.logGroupName ?? '');
}
