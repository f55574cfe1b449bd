/** Reserved concurrency of functions, and provisioned concurrency of versions and aliases. */
import type { FunctionVersion, LambdaFunction, ProvisionedConcurrency } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkRange, type Input, toMember } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { conflict, findFunction, findTarget } from './find.ts';
import { readFewItems } from './lists.ts';
import { read, readBareName, readName, validation } from './names.ts';
import { toLastModified } from './show.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const accountConcurrency = 1000;
const leastUnreserved = 100;
/** As many environments as this machine is given, over all functions. */
const maxProvisioned = 64;

export function putFunctionConcurrency({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const wanted = readCount(input, 'ReservedConcurrentExecutions', 0);
  const others = Object.values(store.state.functions).filter((other) => other !== fn);
  const reserved = others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), wanted);
  if (accountConcurrency - reserved < leastUnreserved)
    throw invalid(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
    );
  if (wanted < provisionedOf(fn))
    throw invalid('ReservedConcurrentExecutions must not be less than the Provisioned Concurrency of the function.');
  fn.reservedConcurrency = wanted;
  return { ReservedConcurrentExecutions: wanted };
}

export function getFunctionConcurrency({ store }: Call, input: Input): Output {
  const { reservedConcurrency } = findFunction(store.state, readBareName(input));
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

export function deleteFunctionConcurrency({ store }: Call, input: Input): Output {
  delete findFunction(store.state, readBareName(input)).reservedConcurrency;
  return undefined;
}

export function putProvisionedConcurrencyConfig({ store, engine, now }: Call, input: Input): Output {
  const { fn, qualifier, version } = findProvisioned(store, input);
  const wanted = readCount(input, 'ProvisionedConcurrentExecutions', 1);
  checkProvisioned(fn, qualifier, version, wanted);
  fn.provisioned ??= emptyRecord();
  const config = { RequestedProvisionedConcurrentExecutions: wanted, LastModified: toLastModified(now()) };
  fn.provisioned[qualifier] = config;
  engine.refresh(fn.FunctionName);
  return show(engine, version, config);
}

function checkProvisioned(fn: LambdaFunction, qualifier: string, version: FunctionVersion, wanted: number): void {
  const weights = fn.aliases[qualifier]?.RoutingConfig ?? {};
  // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
  if (Object.keys(weights).length > 0)
    throw invalid('Provisioned Concurrency cannot be changed while the alias has a routing configuration.');
  for (const other of Object.keys(fn.provisioned ?? {}))
    if (other !== qualifier && (fn.aliases[other]?.FunctionVersion ?? other) === version.Version)
      throw conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");
  const others = provisionedOf(fn) - (fn.provisioned?.[qualifier]?.RequestedProvisionedConcurrentExecutions ?? 0);
  if (others + wanted > (fn.reservedConcurrency ?? Number.POSITIVE_INFINITY))
    throw invalid(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  if (wanted > maxProvisioned)
    throw invalid(`The local platform runs at most ${maxProvisioned} environments at one time.`);
}

function provisionedOf({ provisioned = {} }: LambdaFunction): number {
  return Object.values(provisioned).reduce((sum, one) => sum + one.RequestedProvisionedConcurrentExecutions, 0);
}

/** The list has the same path, and `?List=ALL`. */
export function getProvisionedConcurrencyConfig(call: Call, input: Input): Output {
  if (read.text(input, 'List') === 'ALL') return listConfigs(call, input);
  const { fn, qualifier, version } = findProvisioned(call.store, input);
  const config = fn.provisioned?.[qualifier];
  if (config) return show(call.engine, version, config);
  throw new AwsError(
    'ProvisionedConcurrencyConfigNotFoundException',
    'No Provisioned Concurrency Config found for this function',
  );
}

function listConfigs({ store, engine }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const configs = byName(Object.entries(fn.provisioned ?? {}), ([qualifier]) => qualifier);
  const page = toPage(configs, ([qualifier]) => qualifier, {
    marker: read.text(input, 'Marker'),
    size: readFewItems(input),
  });
  const items = page.items.map(([qualifier, config]) => {
    const { version, arn } = findTarget(store.state, { name: fn.FunctionName, qualifier });
    return { FunctionArn: arn, ...show(engine, version, config) };
  });
  return { ProvisionedConcurrencyConfigs: items, NextMarker: page.next };
}

/** Deleting one that is gone succeeds. */
export function deleteProvisionedConcurrencyConfig({ store, engine }: Call, input: Input): Output {
  const { fn, qualifier } = findProvisioned(store, input);
  delete fn.provisioned?.[qualifier];
  engine.refresh(fn.FunctionName);
  return undefined;
}

function findProvisioned(store: Call['store'], input: Input) {
  const { name, qualifier = '$LATEST' } = readName(input);
  if (qualifier === '$LATEST')
    throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
  return { ...findTarget(store.state, { name, qualifier }), qualifier };
}

function show(
  engine: Call['engine'],
  version: FunctionVersion,
  { RequestedProvisionedConcurrentExecutions: requested, LastModified }: ProvisionedConcurrency,
): Record<string, unknown> {
  const { available, allocated, failed } = engine.provisioning(version);
  const failure = { Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' };
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: Math.min(available, requested),
    AllocatedProvisionedConcurrentExecutions: Math.min(allocated, requested),
    ...(failed ? failure : { Status: available >= requested ? 'READY' : 'IN_PROGRESS' }),
    LastModified,
  };
}

function readCount(input: Input, key: string, min: number): number {
  const count = read.number(input, key);
  if (count === undefined) throw new AwsError(validation, `Value null at '${toMember(key)}' must not be null`);
  checkRange(validation, key, count, { min, max: 1_000_000 });
  return count;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
