/** Aliases: names that point to a version, or split traffic between two. */
import { randomUUID } from 'node:crypto';
import { isRecord } from '../../../http/json.ts';
import type { Alias, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import { checkPattern, type Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { checkRevision, conflict, findAlias, findFunction, findVersion } from './find.ts';
import { readMaxItems } from './lists.ts';
import { read, readBareName, validation } from './names.ts';
import { checkDescription } from './settings.ts';
import { showAlias } from './show.ts';

const aliasPattern = /^(?!^[0-9]+$)([a-zA-Z0-9-_]{1,128})$/;

export function createAlias({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const Name = read.needText(input, 'Name');
  checkPattern(validation, 'Name', Name, aliasPattern);
  if (fn.aliases[Name]) throw conflict(`Alias already exists: ${toFunctionArn(fn.FunctionName, Name)}`);
  const FunctionVersion = read.needText(input, 'FunctionVersion');
  findVersion(fn, FunctionVersion);
  const alias: Alias = {
    Name,
    FunctionVersion,
    Description: checkDescription(read.text(input, 'Description') ?? ''),
    RevisionId: randomUUID(),
    RoutingConfig: readRouting(fn, FunctionVersion, input) ?? emptyRecord(),
  };
  fn.aliases[Name] = alias;
  return showAlias(fn.FunctionName, alias);
}

export function getAlias({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  return showAlias(fn.FunctionName, findAlias(fn, read.needText(input, 'Name')));
}

export function updateAlias({ store, engine }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const alias = findAlias(fn, read.needText(input, 'Name'));
  checkRevision(read.text(input, 'RevisionId'), alias.RevisionId, 'GetAlias');
  const FunctionVersion = read.text(input, 'FunctionVersion') ?? alias.FunctionVersion;
  findVersion(fn, FunctionVersion);
  const RoutingConfig =
    readRouting(fn, FunctionVersion, input) ?? checkRouting(fn, FunctionVersion, alias.RoutingConfig);
  const Description = checkDescription(read.text(input, 'Description') ?? alias.Description);
  const changed: Alias = { ...alias, FunctionVersion, RoutingConfig, Description, RevisionId: randomUUID() };
  fn.aliases[alias.Name] = changed;
  // Provisioned environments are those of the version that the alias leads to.
  engine.refresh(fn.FunctionName);
  return showAlias(fn.FunctionName, changed);
}

/** Deleting an alias that is gone succeeds, as on AWS. */
export async function deleteAlias({ store, engine, frontDoors }: Call, input: Input): Promise<Output> {
  const fn = findFunction(store.state, readBareName(input));
  const name = read.needText(input, 'Name');
  delete fn.aliases[name];
  delete fn.policies[name];
  const url = fn.urls?.[name];
  delete fn.urls?.[name];
  delete fn.provisioned?.[name];
  delete fn.eventInvoke?.[name];
  engine.refresh(fn.FunctionName);
  if (url) await frontDoors.closeUrl(url.UrlId);
  return undefined;
}

export function listAliases({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const version = read.text(input, 'FunctionVersion');
  const aliases = Object.values(fn.aliases).filter(
    (alias) => version === undefined || alias.FunctionVersion === version || alias.RoutingConfig[version] !== undefined,
  );
  const sorted = byName(aliases, (alias) => alias.Name);
  const page = toPage(sorted, (alias) => alias.Name, { marker: read.text(input, 'Marker'), size: readMaxItems(input) });
  return { Aliases: page.items.map((alias) => showAlias(fn.FunctionName, alias)), NextMarker: page.next };
}

/** The weights of a request; undefined when it leaves them as they are. */
function readRouting(fn: LambdaFunction, main: string, input: Input): Record<string, number> | undefined {
  const routing = read.object(input, 'RoutingConfig');
  if (!routing) return undefined;
  const weights = emptyRecord<number>();
  const given = routing.AdditionalVersionWeights ?? {};
  if (!isRecord(given)) throw invalid('AdditionalVersionWeights must be an object');
  for (const [version, weight] of Object.entries(given)) {
    if (typeof weight !== 'number' || weight < 0 || weight > 1)
      throw new AwsError(validation, `Value at 'routingConfig' must be between 0.0 and 1.0, and is ${String(weight)}`);
    weights[version] = weight;
  }
  return checkRouting(fn, main, weights);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
function checkRouting(fn: LambdaFunction, main: string, weights: Record<string, number>): Record<string, number> {
  const versions = Object.keys(weights);
  if (versions.length === 0) return weights;
  if (versions.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  if (main === '$LATEST') throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
  for (const version of versions) {
    if (version === main)
      throw invalid(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    if (!/^\d+$/.test(version)) throw invalid('Only published versions can be given a weight');
    const role = findVersion(fn, version).Role;
    if (role !== findVersion(fn, main).Role)
      throw invalid('Both versions of an alias must have the same execution role');
  }
  return weights;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
