/**
 * How long and how often an asynchronous event is tried, by function, version or alias.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
import type { EventInvokeConfig, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import { checkRange, type Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { findFunction, findTarget } from './find.ts';
import { readFewItems } from './lists.ts';
import { read, readBareName, readName, validation } from './names.ts';

const retryAttempts = { min: 0, max: 2 };
const eventAgeSeconds = { min: 60, max: 21_600 };

/** Sets all of it: what is not named is as if it had never been set. */
export function putFunctionEventInvokeConfig(call: Call, input: Input): Output {
  return set(call, input, {});
}

/** Keeps what is not named. */
export function updateFunctionEventInvokeConfig(call: Call, input: Input): Output {
  const { fn, qualifier } = find(call, input);
  return set(call, input, need(fn, qualifier));
}

export function getFunctionEventInvokeConfig(call: Call, input: Input): Output {
  const { fn, qualifier } = find(call, input);
  return show(fn, qualifier, need(fn, qualifier));
}

export function deleteFunctionEventInvokeConfig(call: Call, input: Input): Output {
  const { fn, qualifier } = find(call, input);
  need(fn, qualifier);
  delete fn.eventInvoke?.[qualifier];
  return undefined;
}

export function listFunctionEventInvokeConfigs({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const configs = byName(Object.entries(fn.eventInvoke ?? {}), ([qualifier]) => qualifier);
  const page = toPage(configs, ([qualifier]) => qualifier, {
    marker: read.text(input, 'Marker'),
    size: readFewItems(input),
  });
  const items = page.items.map(([qualifier, config]) => show(fn, qualifier, config));
  return { FunctionEventInvokeConfigs: items, NextMarker: page.next };
}

function find({ store }: Call, input: Input): { readonly fn: LambdaFunction; readonly qualifier: string } {
  const { name, qualifier = '$LATEST' } = readName(input);
  return { fn: findTarget(store.state, { name, qualifier }).fn, qualifier };
}

function need(fn: LambdaFunction, qualifier: string): EventInvokeConfig {
  const config = fn.eventInvoke?.[qualifier];
  if (config) return config;
  const arn = toFunctionArn(fn.FunctionName, qualifier);
  throw new AwsError('ResourceNotFoundException', `The function ${arn} doesn't have an EventInvokeConfig`);
}

function set(call: Call, input: Input, before: Partial<EventInvokeConfig>): Output {
  const { fn, qualifier } = find(call, input);
  refuseDestinations(input);
  const MaximumRetryAttempts = read.number(input, 'MaximumRetryAttempts') ?? before.MaximumRetryAttempts;
  const MaximumEventAgeInSeconds = read.number(input, 'MaximumEventAgeInSeconds') ?? before.MaximumEventAgeInSeconds;
  if (MaximumRetryAttempts !== undefined)
    checkRange(validation, 'MaximumRetryAttempts', MaximumRetryAttempts, retryAttempts);
  if (MaximumEventAgeInSeconds !== undefined)
    checkRange(validation, 'MaximumEventAgeInSeconds', MaximumEventAgeInSeconds, eventAgeSeconds);
  fn.eventInvoke ??= emptyRecord();
  const config = {
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    LastModified: call.now() / 1000,
  };
  fn.eventInvoke[qualifier] = config;
  return show(fn, qualifier, config);
}

/** An empty destination is none. */
function refuseDestinations(input: Input): void {
  const { OnSuccess, OnFailure } = (read.object(input, 'DestinationConfig') ?? {}) as Record<string, Input | undefined>;
  for (const [name, target] of Object.entries({ OnSuccess, OnFailure }))
    if (typeof target?.Destination === 'string')
      throw new AwsError(
        'InvalidParameterValueException',
        `The local platform has no destinations, and ${name} names one (${target.Destination}). How an event ended is told in the log of its function.`,
      );
}

function show(fn: LambdaFunction, qualifier: string, config: EventInvokeConfig): Record<string, unknown> {
  return {
    FunctionArn: toFunctionArn(fn.FunctionName, qualifier),
    ...config,
    DestinationConfig: { OnSuccess: {}, OnFailure: {} },
  };
}
